import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { defineErrorType } from '../../graphql/errors.ts';
import type { RegistrationMode } from '../registration-mode.ts';
import { findRegistrationMode } from './registration.ts';
import { RegistrationRefusedError } from './user.errors.ts';

defineErrorType(
  RegistrationRefusedError,
  'RegistrationRefusedError',
  'Registration is not open to strangers. The answer is the same for every address.',
);

const RegistrationModeRef = defineEnum<RegistrationMode>(
  'RegistrationMode',
  'Whether strangers may create an account.',
  {
    OPEN: 'Anybody may register, with an organization of their own.',
    INVITE_ONLY: 'Accounts are created by invitation.',
    CLOSED: 'No accounts are created.',
  },
);

builder.queryField('registration', (t) =>
  t.field({
    type: RegistrationModeRef,
    access: 'anyone',
    description:
      'Whether you may register; everybody may read it. Null only beside an error. Unless the operator has set it, OPEN until the first organization exists.',
    resolve: (_root, _args, ctx) => findRegistrationMode(ctx),
  }),
);
