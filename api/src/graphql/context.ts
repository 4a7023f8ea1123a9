import type { ServiceContext } from '../domains/context.ts';
import type { OperationSize } from './operation-size.ts';
import type { StreamPosition } from './resumable.ts';
import type { IdentityWatch } from '../domains/stream.ts';
import type { StudioAbility, Viewer } from '../domains/policy.ts';
import type { Turns } from '../platform/turns.ts';

/** What is left of the requests of whoever asks, in this minute. */
export interface Quota {
  limit: number;
  remaining: number;
  resetAt: Date;
  cost: number;
}

/** What a resolver sees: the context of the services, and the way to answer a browser with cookies. */
export interface GraphQLContext extends ServiceContext {
  /** The viewer, or UNAUTHENTICATED with the reason why a token was not accepted. */
  requireViewer(): Viewer;
  /** Why the bearer token that was sent is not accepted; null when it is, or none was sent. */
  staleToken: string | null;
  /** What this operation was counted as; null where nothing is counted, or not yet. */
  rate: { quota: Quota | null; size: OperationSize | null };
  /** Where the stream of this operation stands. */
  position: StreamPosition;
  /** From here on the request acts as this session, which it has just opened. */
  become(sessionId: string): Promise<void>;
  /** Sets or clears the session cookies of the answer; does nothing on a socket. */
  setSessionCookies(tokens: { accessToken: string; refreshToken: string; expiresAt: Date } | null): void;
  /** The refresh token that a browser sent as a cookie. */
  refreshCookie: string | null;
  /** For a stream, which stops when the identity ends, and calls `release` when it stops. Requests do not watch. */
  watchIdentity(onEnd?: () => void): IdentityWatch;
  /** Shared by all streams of a connection. */
  replays: Turns;
  /** The viewer's rights of this moment, for streams; null when the identity has ended. */
  currentAbility(): Promise<StudioAbility | null>;
  /** The same where it need not be looked up; else undefined. */
  knownAbility(): StudioAbility | null | undefined;
}
