import type { Machine } from '../domains/context.ts';
import { createAbility, type StudioAbility, type Viewer } from '../domains/policy.ts';
import { findViewer } from '../domains/user/user.service.ts';
import { policies } from '../ability.ts';
import { hashToken } from '../platform/crypto.ts';
import { EVERYONE } from '../platform/pubsub.ts';

/** Somebody who has proved who they are, with the rights of this moment. */
export interface Identity {
  viewer: Viewer;
  ability: StudioAbility;
}

/** A valid token's session, before its rights are looked up. */
export interface Credential {
  sessionId: string;
  expiresAt: Date;
}

export interface Identities {
  /** Null: not a token of ours, or expired. */
  verify(token: string): Promise<Credential | null>;
  /** Today's rights of a session; null when it has ended. Asked of the database at most once a second and session. */
  find(sessionId: string): Promise<Identity | null>;
  /**
   * Aborts when the session ends or the token expires. Call `release` when the stream is over.
   */
  watch(credential: Credential): { ended: AbortSignal; release(): void };
  close(): void;
}

/** Revocation rings a bell; this bounds how long a lost bell matters. */
const FRESH_MS = 1_000;
/** Streams look again by themselves so often, in case the bell was lost. */
const RECHECK_MS = 2_000;
const MOST_CACHED = 10_000;

export const anonymousAbility = createAbility(null, policies);

export async function createIdentities(machine: Machine): Promise<Identities> {
  const sessions = new Map<string, { at: number; identity: Promise<Identity | null> }>();
  const credentials = new Map<string, Credential>();
  const watchers = new Set<{ sessionId: string; check: () => void }>();

  const bell = await machine.pubsub.listen('identity', EVERYONE, ({ sessionId, userId }) => {
    void forget(sessionId, userId);
  });

  async function forget(sessionId: string | null, userId: string): Promise<void> {
    for (const [id, { identity }] of sessions) {
      const known = await identity.catch(() => null);
      if (id === sessionId || (sessionId === null && known?.viewer.userId === userId)) sessions.delete(id);
    }
    for (const watcher of watchers)
      if (sessionId === null || watcher.sessionId === sessionId) watcher.check();
  }

  /** The same object as long as the rights are the same: what was derived from it stays good. */
  async function load(
    sessionId: string,
    before: Promise<Identity | null> | undefined,
  ): Promise<Identity | null> {
    const [viewer, known] = await Promise.all([
      findViewer(machine, { sessionId }),
      before?.catch(() => null),
    ]);
    if (viewer && known?.viewer.role === viewer.role) return known;
    return viewer && { viewer, ability: createAbility(viewer, policies) };
  }

  function find(sessionId: string): Promise<Identity | null> {
    const now = machine.clock.now().getTime();
    const cached = sessions.get(sessionId);
    if (cached && now - cached.at < FRESH_MS) return cached.identity;
    const identity = load(sessionId, cached?.identity);
    if (sessions.size >= MOST_CACHED) sessions.clear();
    sessions.set(sessionId, { at: now, identity });
    identity.catch(() => sessions.delete(sessionId));
    return identity;
  }

  return {
    async verify(token) {
      const key = hashToken(token);
      const cached = credentials.get(key);
      if (cached) {
        if (cached.expiresAt > machine.clock.now()) return cached;
        credentials.delete(key);
        return null;
      }
      const claims = await machine.accessTokens.verify(token);
      if (!claims) return null;
      if (credentials.size >= MOST_CACHED) credentials.clear();
      const credential = { sessionId: claims.sessionId, expiresAt: claims.expiresAt };
      credentials.set(key, credential);
      return credential;
    },
    find,
    watch({ sessionId, expiresAt }) {
      const controller = new AbortController();
      const check = () => {
        find(sessionId).then(
          (identity) => {
            if (!identity) controller.abort();
          },
          (error: unknown) =>
            machine.log.warn({ err: error }, 'A session could not be checked; the next look tries again'),
        );
      };
      const watcher = { sessionId, check };
      watchers.add(watcher);
      const expiry = setTimeout(
        () => controller.abort(),
        Math.max(0, expiresAt.getTime() - machine.clock.now().getTime()),
      );
      const recheck = setInterval(check, RECHECK_MS);
      expiry.unref();
      recheck.unref();
      return {
        ended: controller.signal,
        release() {
          watchers.delete(watcher);
          clearTimeout(expiry);
          clearInterval(recheck);
        },
      };
    },
    close: () => bell.stop(),
  };
}
