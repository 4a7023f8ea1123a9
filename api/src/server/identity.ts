import type { Machine } from '../domains/context.ts';
import type { IdentityWatch } from '../domains/stream.ts';
import type { StudioAbility, Via, Viewer } from '../domains/policy.ts';
import { findViewer } from '../domains/user/user.service.ts';
import { hashToken } from '../platform/crypto.ts';
import { EVERYONE } from '../platform/pubsub.ts';

/** Somebody who has proved who they are, with the rights of this moment. */
export interface Identity {
  viewer: Viewer;
  ability: StudioAbility;
}

/** What a valid token stands for, before its rights are looked up. */
export interface Credential {
  via: Via;
  expiresAt: Date;
}

export interface Identities {
  /** Null: not a token of ours, or expired. */
  verify(token: string): Promise<Credential | null>;
  /** Today's rights; null when they have ended. Asked of the database at most every FRESH_MS. */
  find(via: Via): Promise<Identity | null>;
  /** The same without asking: undefined when it would have to be asked. */
  known(via: Via): Identity | null | undefined;
  /** Looks at an identity anew while it is watched, not at the token it came with: that one may expire meanwhile. */
  watch(via: Via, onEnd?: () => void): IdentityWatch;
  /** How many streams and sockets watch. */
  readonly watching: number;
  /** The rights of somebody who has not signed in. */
  readonly anonymous: StudioAbility;
  close(): void;
}

/** Revocation rings a bell; this bounds how long a lost bell matters. */
const FRESH_MS = 500;
/** What is watched is looked at so often, in case the bell was lost: with FRESH_MS it is noticed within 2 s. */
const RECHECK_MS = 1_000;
const MOST_CACHED = 10_000;

const keyOf = ({ kind, id }: Via): string => `${kind}:${id}`;

interface Found {
  at: number;
  via: Via;
  identity: Promise<Identity | null>;
  /** Once it has been answered. */
  known: Identity | null | undefined;
}

interface Watched {
  via: Via;
  watches: Set<Watch>;
}

/** There are many: its signal is made for who asks for it. */
class Watch implements IdentityWatch {
  isEnded = false;
  private controller: AbortController | undefined;

  constructor(
    private readonly watched: Watched,
    private readonly onRelease: (watched: Watched) => void,
    private readonly onEnd: (() => void) | undefined,
  ) {
    watched.watches.add(this);
  }

  get ended(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isEnded) this.controller.abort();
    return this.controller.signal;
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.controller?.abort();
    this.onEnd?.();
  }

  release(): void {
    if (this.watched.watches.delete(this)) this.onRelease(this.watched);
  }
}

/** Of a caller without an identity. */
export const NO_IDENTITY: IdentityWatch = {
  isEnded: true,
  ended: AbortSignal.abort(),
  release: () => undefined,
};

export async function createIdentities(machine: Machine): Promise<Identities> {
  const identities = new Map<string, Found>();
  const credentials = new Map<string, Credential>();
  const watchers = new Map<string, Watched>();
  /** One for all watchers, and only while there are any. */
  let recheck: NodeJS.Timeout | undefined;

  const bell = await machine.pubsub.listen('identity', EVERYONE, ({ sessionId, userId }) => {
    void forget(sessionId, userId);
  });

  async function forget(sessionId: string | null, userId: string): Promise<void> {
    for (const [key, { via, identity }] of identities) {
      const known = await identity.catch(() => null);
      if (sessionId === null ? known?.viewer.userId === userId : isSession(via, sessionId))
        identities.delete(key);
    }
    for (const { via } of watchers.values()) if (sessionId === null || isSession(via, sessionId)) check(via);
  }

  /** The same object as long as the rights are the same: what was derived from it stays good. */
  async function load(via: Via, before: Promise<Identity | null> | undefined): Promise<Identity | null> {
    const [viewer, known] = await Promise.all([findViewer(machine, via), before?.catch(() => null)]);
    if (viewer && known?.viewer.role === viewer.role) return known;
    return viewer && { viewer, ability: machine.abilityOf(viewer) };
  }

  function find(via: Via): Promise<Identity | null> {
    const key = keyOf(via);
    const now = machine.clock.now().getTime();
    const cached = identities.get(key);
    if (cached && now - cached.at < FRESH_MS) return cached.identity;
    const identity = load(via, cached?.identity);
    if (identities.size >= MOST_CACHED) identities.clear();
    const found: Found = { at: now, via, identity, known: undefined };
    identities.set(key, found);
    identity.then(
      (known) => (found.known = known),
      () => identities.delete(key),
    );
    return identity;
  }

  function known(via: Via): Identity | null | undefined {
    const found = identities.get(keyOf(via));
    return found && machine.clock.now().getTime() - found.at < FRESH_MS ? found.known : undefined;
  }

  function check(via: Via): void {
    find(via).then(
      (identity) => {
        if (identity) return;
        for (const watched of watchers.get(keyOf(via))?.watches ?? []) watched.end();
      },
      (error: unknown) =>
        machine.log.warn({ err: error }, 'A session could not be checked; the next look tries again'),
    );
  }

  function watch(via: Via, onEnd?: () => void): IdentityWatch {
    const key = keyOf(via);
    const watched = watchers.get(key) ?? { via, watches: new Set<Watch>() };
    watchers.set(key, watched);
    recheck ??= setInterval(() => {
      for (const each of watchers.values()) check(each.via);
    }, RECHECK_MS).unref();
    return new Watch(watched, forgetWatched, onEnd);
  }

  function forgetWatched(watched: Watched): void {
    const key = keyOf(watched.via);
    if (watched.watches.size > 0 || watchers.get(key) !== watched) return;
    watchers.delete(key);
    if (watchers.size > 0) return;
    clearInterval(recheck);
    recheck = undefined;
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
      const credential: Credential = {
        via: { kind: 'session', id: claims.sessionId },
        expiresAt: claims.expiresAt,
      };
      credentials.set(key, credential);
      return credential;
    },
    find,
    known,
    watch,
    get watching() {
      let sum = 0;
      for (const { watches } of watchers.values()) sum += watches.size;
      return sum;
    },
    anonymous: machine.abilityOf(null),
    close() {
      bell.stop();
      clearInterval(recheck);
    },
  };
}

const isSession = (via: Via, sessionId: string): boolean => via.kind === 'session' && via.id === sessionId;
