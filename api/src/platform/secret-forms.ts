/** The shapes in which a secret turns up in texts: plain, base64, base64url, URL-encoded, JSON-escaped and hex. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      ...base64FormsOf(bytes),
      ...urlFormsOf(bytes),
      ...jsonFormsOf(secret),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
    ]),
  ];
}

/** How many bits a character of base64 carries. */
const BASE64_BITS = 6;

/**
 * Encoded alone, and within a longer text: there the secret begins at any of three places of a group, and the characters
 * at both ends also depend on its neighbours. What remains between them depends on the secret alone.
 */
function base64FormsOf(bytes: Buffer): string[] {
  const whole = bytes.toString('base64');
  const inner = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const from = Math.ceil((offset * 8) / BASE64_BITS);
    return encoded.slice(from, Math.floor(((offset + bytes.length) * 8) / BASE64_BITS));
  });
  const standard = [whole, whole.replace(/=+$/, ''), ...inner];
  return [...standard, ...standard.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;

/** Encoders differ in which marks they leave alone, in how they write a space, and in the case of their digits. */
function urlFormsOf(bytes: Buffer): string[] {
  const encode = (isKept: RegExp, space: string) =>
    [...bytes]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        if (character === ' ') return space;
        return isKept.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
      })
      .join('');
  const lower = [
    encode(UNRESERVED, '%20'), // RFC 3986
    encode(/[A-Za-z0-9\-._~!'()*]/, '%20'), // encodeURIComponent
    encode(/[A-Za-z0-9\-._*]/, '+'), // application/x-www-form-urlencoded
  ];
  return [...lower, ...lower.map((form) => form.replace(/%../g, (digits) => digits.toUpperCase()))];
}

/** Encoders differ in whether they escape slashes and what is not ASCII. */
function jsonFormsOf(secret: string): string[] {
  const escaped = JSON.stringify(secret).slice(1, -1);
  const ascii = escaped.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [escaped, ascii].flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}
