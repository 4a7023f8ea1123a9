import { UnauthenticatedError } from '../platform/errors.ts';
import type { ServiceContext } from './context.ts';
import type { Turns } from '../platform/turns.ts';
import type { StudioAbility } from './policy.ts';

/** Of one stream or socket, which calls `release` when it is over. */
export interface IdentityWatch {
  /** What stands behind the viewer has ended: the session is revoked or over, the user disabled. */
  readonly isEnded: boolean;
  /** Aborts then. */
  readonly ended: AbortSignal;
  release(): void;
}

/** A stream's caller may leave, and its identity may end. */
export interface StreamContext extends ServiceContext {
  /** Calls `onEnd` once, when the identity ends. */
  watchIdentity(onEnd?: () => void): IdentityWatch;
  /** Shared by all streams of a connection, so that it cannot hold a page of the log for each. */
  readonly replays: Turns;
  /** The viewer's rights of this moment; null when the identity has ended. */
  currentAbility(): Promise<StudioAbility | null>;
  /** The same where it need not be looked up; else undefined. */
  knownAbility(): StudioAbility | null | undefined;
}

export const endOfIdentity = () =>
  new UnauthenticatedError('Your session has ended. Sign in again and resume with the last seq you saw.');
