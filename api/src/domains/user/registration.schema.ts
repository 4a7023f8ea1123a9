import { builder } from '../../graphql/builder.ts';
import { defineErrorType } from '../../graphql/errors.ts';
import type { RegistrationMode } from '../registration-mode.ts';
import { findRegistrationMode } from './registration.ts';
import { RegistrationRefusedError } from './user.errors.ts';

defineErrorType(
  RegistrationRefusedError,
  'RegistrationRefusedError',
  'Registration is not open to strangers. The answer is the same for every address.',
);

const RegistrationModeRef = builder.enumType('RegistrationMode', {
  description: 'Whether strangers may create an account.',
  values: {
    OPEN: { value: 'OPEN', description: 'Anybody may register, with an organization of their own.' },
    INVITE_ONLY: { value: 'INVITE_ONLY', description: 'Accounts are created by invitation.' },
    CLOSED: { value: 'CLOSED', description: 'No accounts are created.' },
  } satisfies Record<RegistrationMode, object>,
});

builder.queryField('registration', (t) =>
  t.field({
    type: RegistrationModeRef,
    access: 'anyone',
    nullable: true,
    description:
      'Whether you may register; everybody may read it. Null only beside an error. Unless the operator has set it, OPEN until the first organization exists.',
    resolve: (_root, _args, ctx) => findRegistrationMode(ctx),
  }),
);
