/** Enough to tell two secrets apart, and nothing of one that is too short to spare four characters. */
export const secretHint = (secret: string): string | null => (secret.length >= 12 ? secret.slice(-4) : null);
