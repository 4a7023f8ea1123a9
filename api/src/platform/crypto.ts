import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/**
 * Secrets at rest: AES-256-GCM with a random 96-bit nonce and the row as additional data, so that a ciphertext that is
 * copied to another row does not open. Record: `v1.<key id>.<nonce>.<tag>.<ciphertext>`, base64url.
 */
export interface Vault {
  seal(plaintext: string, owner: SecretOwner): string;
  /** Throws VaultError when the key is another one or the record was changed or moved. */
  open(sealed: string, owner: SecretOwner): string;
  /** A key for one purpose, derived from the master key. */
  derive(purpose: string): Buffer;
}

/** The place a secret belongs to; bound into the ciphertext. */
export interface SecretOwner {
  table: string;
  id: string;
  field: string;
}

export class VaultError extends Error {
  override readonly name = 'VaultError';
}

export function createVault(masterKey: string): Vault {
  const key = Buffer.from(masterKey, 'base64');
  const keyId = createHash('sha256').update(key).digest('base64url').slice(0, 8);
  const additionalData = (owner: SecretOwner) => Buffer.from(`${owner.table}/${owner.id}/${owner.field}`);
  return {
    seal(plaintext, owner) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(
        additionalData(owner),
      );
      const body = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return [
        'v1',
        keyId,
        ...[nonce, cipher.getAuthTag(), body].map((part) => part.toString('base64url')),
      ].join('.');
    },
    open(sealed, owner) {
      const [version, usedKeyId, nonce, tag, body] = sealed.split('.');
      if (version !== 'v1' || !nonce || !tag || body === undefined) {
        throw new VaultError(`The stored ${owner.table}.${owner.field} is not a sealed secret.`);
      }
      if (usedKeyId !== keyId) {
        throw new VaultError(
          `The stored ${owner.table}.${owner.field} was sealed with key ${usedKeyId}, but STUDIO_ENCRYPTION_KEY is key ${keyId}. Set the key that sealed it.`,
        );
      }
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      })
        .setAAD(additionalData(owner))
        .setAuthTag(Buffer.from(tag, 'base64url'));
      try {
        return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString(
          'utf8',
        );
      } catch (error) {
        throw new VaultError(`The stored ${owner.table}.${owner.field} was changed or moved from its row.`, {
          cause: error,
        });
      }
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)),
  };
}

/** 256 random bits, base64url. */
export const randomToken = (): string => randomBytes(32).toString('base64url');

/** SHA-256, hex: how bearer secrets of full entropy are stored. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export const hmacToken = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

/** SHA-256 over JSON with sorted keys: equal values give equal digests. */
export function digestJson(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

/** JSON with sorted keys and without undefined: equal values give equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value as Record<string, unknown>)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
