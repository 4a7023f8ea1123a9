import type { JWK } from 'jose';

interface AccessClaims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

/** The signer of access tokens; see user/access-token.ts. */
export interface AccessTokens {
  sign(claims: { userId: string; sessionId: string; expiresAt: Date }): Promise<string>;
  /** Null for everything that is not a valid token of ours at this moment. */
  verify(token: string): Promise<AccessClaims | null>;
  /** Public keys, for `/.well-known/jwks.json`. */
  listPublicKeys(): Promise<JWK[]>;
}
