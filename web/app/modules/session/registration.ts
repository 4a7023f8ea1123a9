import type { SignInPageQuery } from '#app/gql/session.ts';

export type RegistrationMode = NonNullable<SignInPageQuery['registration']>;

/** What a visitor is told who cannot register. */
export const NOT_OPEN: Record<Exclude<RegistrationMode, 'OPEN'>, string> = {
  INVITE_ONLY: 'New here? Ask an administrator of this studio for an invitation.',
  CLOSED: 'New here? This studio does not take new accounts.',
};
