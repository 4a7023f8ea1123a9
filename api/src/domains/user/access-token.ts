import {
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importJWK,
  importPKCS8,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose';
import { randomUUID, type webcrypto } from 'node:crypto';
import type { AccessTokens } from '../access-tokens.ts';
import type { Machine } from '../context.ts';

/**
 * Access tokens: JWT signed with EdDSA. They name a session; what the session may do is looked up at each request,
 * so a token carries no rights.
 */
export const ACCESS_TOKEN_MS = 10 * 60_000;

const ALGORITHM = 'EdDSA';
const ISSUER = 'mcp-agent-studio';
const AUDIENCE = 'mcp-agent-studio-api';
/** Keeps access tokens apart from every other JWT that may ever be signed with the same key. */
const TYPE = 'at+jwt';

interface Keys {
  currentKid: string;
  privateKey: webcrypto.CryptoKey;
  publicKeys: Map<string, { jwk: JWK; key: webcrypto.CryptoKey | Uint8Array }>;
}

/** New and retired keys are noticed within this time, on every replica. */
const KEYS_FRESH_MS = 30_000;

export function createAccessTokens(machine: Pick<Machine, 'db' | 'vault' | 'clock'>): AccessTokens {
  let loaded: { keys: Promise<Keys>; at: number } | null = null;

  function keys(): Promise<Keys> {
    const now = machine.clock.now().getTime();
    if (!loaded || now - loaded.at > KEYS_FRESH_MS) {
      const fresh = loadKeys(machine);
      loaded = { keys: fresh, at: now };
      fresh.catch(() => {
        // A failed load must not be remembered; the caller gets the error itself.
        loaded = null;
      });
    }
    return loaded.keys;
  }

  return {
    async sign({ userId, sessionId, expiresAt }) {
      const { currentKid, privateKey } = await keys();
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, kid: currentKid, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(Math.floor(machine.clock.now().getTime() / 1000))
        .setExpirationTime(Math.floor(expiresAt.getTime() / 1000))
        .sign(privateKey);
    },
    async verify(token) {
      const { publicKeys } = await keys();
      try {
        const { payload } = await jwtVerify(
          token,
          (header) => {
            const known = publicKeys.get(header.kid ?? '');
            if (!known) throw new Error('unknown kid');
            return known.key;
          },
          {
            algorithms: [ALGORITHM],
            issuer: ISSUER,
            audience: AUDIENCE,
            typ: TYPE,
            currentDate: machine.clock.now(),
          },
        );
        if (typeof payload.sub !== 'string' || typeof payload['sid'] !== 'string' || !payload.exp)
          return null;
        return { userId: payload.sub, sessionId: payload['sid'], expiresAt: new Date(payload.exp * 1000) };
      } catch {
        // Expired, forged, foreign or garbage: to the caller they are all "no valid token".
        return null;
      }
    },
    async listPublicKeys() {
      return [...(await keys()).publicKeys.values()].map(({ jwk }) => jwk);
    },
  };
}

async function loadKeys(machine: Pick<Machine, 'db' | 'vault' | 'clock'>): Promise<Keys> {
  const rows = await machine.db.signingKey.findMany({ orderBy: { createdAt: 'desc' } });
  const current = rows.find((row) => row.state === 'CURRENT');
  if (!current) {
    await createFirstKey(machine);
    return loadKeys(machine);
  }
  const publicKeys: Keys['publicKeys'] = new Map();
  for (const row of rows) {
    const jwk = row.publicJwk as JWK;
    publicKeys.set(row.kid, { jwk, key: await importJWK(jwk, ALGORITHM) });
  }
  const pkcs8 = machine.vault.open(current.privateJwk, {
    table: 'SigningKey',
    id: current.kid,
    field: 'privateJwk',
  });
  return { currentKid: current.kid, privateKey: await importPKCS8(pkcs8, ALGORITHM), publicKeys };
}

/** Several processes may start at once: the lock lets one of them make the key. */
async function createFirstKey(machine: Pick<Machine, 'db' | 'vault'>): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const kid = randomUUID();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig' };
  const privateJwk = machine.vault.seal(await exportPKCS8(privateKey), {
    table: 'SigningKey',
    id: kid,
    field: 'privateJwk',
  });
  await machine.db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('studio.signing-key'))`;
    if ((await tx.signingKey.count({ where: { state: 'CURRENT' } })) > 0) return;
    await tx.signingKey.create({ data: { kid, state: 'CURRENT', publicJwk, privateJwk } });
  });
}
