import { Form, Link, useNavigation } from '@remix-run/react';
import { Button } from '#app/components/ui/button.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import type { Failure } from '#app/lib/failure.ts';
import { EntryLayout } from './entry-layout.tsx';

export interface SignInPageProps {
  next: string;
  failure: Failure | null;
  email: string;
}

export function SignInPage({ next, failure, email }: SignInPageProps) {
  const isPending = useNavigation().state !== 'idle';
  return (
    <EntryLayout
      title="Sign in"
      lead="Welcome back."
      footer={
        <>
          New here?{' '}
          <Link to="/register" className="font-medium text-accent hover:underline">
            Create an organization
          </Link>
        </>
      }
    >
      <Form method="post" className="space-y-4">
        <input type="hidden" name="next" value={next} />
        <FailureNotice failure={failure} />
        <InputField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          defaultValue={email}
          error={failure?.fields['email']}
          required
          autoFocus
        />
        <InputField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          error={failure?.fields['password']}
          required
        />
        <Button type="submit" variant="primary" isPending={isPending} className="w-full">
          Sign in
        </Button>
      </Form>
    </EntryLayout>
  );
}
