/** Whether strangers may create an account: anybody, whoever was invited, nobody. */
export const REGISTRATION_MODES = ['OPEN', 'INVITE_ONLY', 'CLOSED'] as const;
export type RegistrationMode = (typeof REGISTRATION_MODES)[number];
