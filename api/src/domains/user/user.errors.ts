import { StudioError } from '../../platform/errors.ts';

/** Wrong password, unknown account and dead refresh token all look the same. */
export class InvalidCredentialsError extends StudioError {
  override readonly name = 'InvalidCredentialsError';
  readonly code = 'INVALID_CREDENTIALS';
}
