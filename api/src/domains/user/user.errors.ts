import { StudioError } from '../../platform/errors.ts';

/** Wrong password, unknown account and dead refresh token all look the same. */
export class InvalidCredentialsError extends StudioError {
  override readonly name = 'InvalidCredentialsError';
  readonly code = 'INVALID_CREDENTIALS';
}

/** Registration is not open to strangers. */
export class RegistrationRefusedError extends StudioError {
  override readonly name = 'RegistrationRefusedError';
  readonly code = 'REGISTRATION_REFUSED';
}
