import { Form, useNavigation } from '@remix-run/react';
import { Button } from '#app/components/ui/button.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import type { Failure } from '#app/lib/failure.ts';
import { EntryLayout } from './entry-layout.tsx';
import { NOT_OPEN, type RegistrationMode } from './registration.ts';

/** Each shows its own message. */
const FIELDS = ['name', 'organizationName', 'email', 'password'];

export interface RegisterPageProps {
  /** Null: not known; the API decides when the form is sent. */
  registration: RegistrationMode | null;
  failure: Failure | null;
  values: { name: string; email: string; organizationName: string };
}

export function RegisterPage({ registration, failure, values }: RegisterPageProps) {
  const isPending = useNavigation().state !== 'idle';
  return (
    <EntryLayout
      title="Create an organization"
      lead="You become its administrator."
      footer={
        <>
          Have an account?{' '}
          <Link to="/sign-in" className="font-medium text-accent hover:underline">
            Sign in
          </Link>
        </>
      }
    >
      {registration === 'OPEN' || registration === null ? (
        <Form method="post" className="space-y-4">
          <FailureNotice failure={failure} beside={FIELDS} />
          <InputField
            label="Your name"
            name="name"
            autoComplete="name"
            defaultValue={values.name}
            error={failure?.fields['name']}
            required
          />
          <InputField
            label="Organization"
            name="organizationName"
            autoComplete="organization"
            defaultValue={values.organizationName}
            error={failure?.fields['organizationName']}
            required
          />
          <InputField
            label="Email"
            name="email"
            type="email"
            autoComplete="username"
            defaultValue={values.email}
            error={failure?.fields['email']}
            required
          />
          <InputField
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            error={failure?.fields['password']}
            required
          />
          <Button type="submit" variant="primary" isPending={isPending} className="w-full">
            Create organization
          </Button>
        </Form>
      ) : (
        <Notice tone="info" title="Registration is not open">
          {NOT_OPEN[registration]}
        </Notice>
      )}
    </EntryLayout>
  );
}
