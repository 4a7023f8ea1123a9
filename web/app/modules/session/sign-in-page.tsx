import { Form, useNavigation } from '@remix-run/react';
import { Button } from '#app/components/ui/button.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import type { Failure } from '#app/lib/failure.ts';
import { EntryLayout } from './entry-layout.tsx';
import { NOT_OPEN, type RegistrationMode } from './registration.ts';

/** Each shows its own message. */
const FIELDS = ['email', 'password'];

export interface SignInPageProps {
  next: string;
  /** The visitor did not come by himself: his session was ended. */
  hasEnded: boolean;
  /** Null: not known, so nothing is said of it. */
  registration: RegistrationMode | null;
  failure: Failure | null;
  email: string;
}

export function SignInPage({ next, hasEnded, registration, failure, email }: SignInPageProps) {
  const isPending = useNavigation().state !== 'idle';
  return (
    <EntryLayout
      title="Sign in"
      lead="Welcome back."
      footer={
        registration === 'OPEN' ? (
          <>
            New here?{' '}
            <Link to="/register" className="font-medium text-accent hover:underline">
              Create an organization
            </Link>
          </>
        ) : (
          registration && NOT_OPEN[registration]
        )
      }
    >
      <Form method="post" className="space-y-4">
        <input type="hidden" name="next" value={next} />
        {hasEnded && !failure && (
          <Notice tone="info" title="Your session has ended" isAlert>
            Sign in to go on where you were.
          </Notice>
        )}
        <FailureNotice failure={failure} beside={FIELDS} />
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
