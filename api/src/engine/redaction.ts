/** Blots out the secrets that a run works with, wherever they turn up: plain, base64 or URL-encoded. */
export interface Redactor {
  /** A copy of a JSON value without the secrets. */
  redact<T>(value: T): T;
  /** How many characters at the end of a text may be the beginning of a secret. */
  unfinishedSecret(text: string): number;
}

const BLOT = '[redacted]';
/** Shorter values would blot out ordinary words. */
const SHORTEST_SECRET = 6;

export function createRedactor(secrets: readonly string[]): Redactor {
  const forms = [
    ...new Set(
      secrets
        .filter((secret) => secret.length >= SHORTEST_SECRET)
        .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]),
    ),
    // Longest first: a secret that contains another one must go as a whole.
  ].sort((a, b) => b.length - a.length);

  const redactText = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, BLOT), text);

  function redact(value: unknown): unknown {
    if (typeof value === 'string') return redactText(value);
    if (Array.isArray(value)) return value.map(redact);
    if (value !== null && typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key), redact(item)]));
    }
    return value;
  }

  return {
    redact: <T>(value: T) => (forms.length === 0 ? value : (redact(value) as T)),
    unfinishedSecret(text) {
      let held = 0;
      for (const form of forms) {
        for (let length = Math.min(form.length - 1, text.length); length > held; length -= 1) {
          if (text.endsWith(form.slice(0, length))) held = length;
        }
      }
      return held;
    },
  };
}
