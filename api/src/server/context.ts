import { randomUUID } from 'node:crypto';
import { contextOf, type Machine } from '../domains/context.ts';
import type { Viewer } from '../domains/policy.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { UnauthenticatedError } from '../platform/errors.ts';
import { Turns } from '../platform/turns.ts';
import { cookieNames, readCookie, sessionCookies } from './cookies.ts';
import type { Credential, Identities, Identity } from './identity.ts';

/** What a caller brought along to prove who they are. */
export interface Presented {
  /** From the Authorization header or from connectionParams. */
  bearer: string | null;
  cookieHeader: string | null;
}

export interface Authentication {
  credential: Credential | null;
  identity: Identity | null;
  /** Why there is no identity although a token was sent. */
  fault: string | null;
}

export const SESSION_ENDED = 'The session has ended. Sign in again.';
const ENDED: Authentication = { credential: null, identity: null, fault: SESSION_ENDED };

export async function authenticate(
  machine: Machine,
  identities: Identities,
  presented: Presented,
): Promise<Authentication> {
  const token =
    presented.bearer ?? readCookie(presented.cookieHeader, cookieNames(machine.settings.publicUrl).access);
  if (!token) return { credential: null, identity: null, fault: null };
  const credential = await identities.verify(token);
  if (!credential)
    return {
      credential: null,
      identity: null,
      fault: 'The access token is expired or not valid. Refresh it or sign in again.',
    };
  const identity = await identities.find(credential.via);
  return identity ? { credential, identity, fault: null } : ENDED;
}

/**
 * Somebody who is already on a socket: today's rights of the session. The token has done its part when the socket was
 * opened, and may have expired since.
 */
export async function identifyAgain(
  identities: Identities,
  { credential, ...known }: Authentication,
): Promise<Authentication> {
  if (!credential) return { credential, ...known };
  const identity = await identities.find(credential.via);
  return identity ? { credential, identity, fault: null } : ENDED;
}

/** The token of `Authorization: Bearer …`; anything else that was sent is a token that nobody accepts. */
export const bearerOf = (header: unknown): string | null =>
  typeof header === 'string' && header !== '' ? (/^Bearer\s+(\S+)$/i.exec(header)?.[1] ?? header) : null;

/** A page of the log for each: what a connection that does not read can make the process hold. */
const REPLAYS_AT_ONCE = 2;

export const replaysOfConnection = () => new Turns(REPLAYS_AT_ONCE);

interface ContextOptions {
  machine: Machine;
  identities: Identities;
  authentication: Authentication;
  presented: Presented;
  requestId: string;
  address: string | null;
  userAgent: string | null;
  signal: AbortSignal;
  replays: Turns;
  /** The header of an SSE client that comes back; null on a socket. */
  lastEventId: string | null;
  /** Takes `Set-Cookie` values; null where there is no answer to set them on. */
  setCookies: ((cookies: string[]) => void) | null;
}

/** The context of one operation. */
export function createContext(options: ContextOptions): GraphQLContext {
  const { machine, identities, authentication } = options;
  const { publicUrl } = machine.settings;
  const { requestId, address, userAgent, signal } = options;

  return {
    ...contextOf(machine, authentication.identity?.viewer ?? null, {
      ability: authentication.identity?.ability ?? identities.anonymous,
      log: machine.log.child({ requestId }),
      requestId,
      address,
      userAgent,
      signal,
    }),
    position: { lastEventId: options.lastEventId, cursor: null },
    replays: options.replays,
    rate: { quota: null, size: null },
    staleToken: options.presented.bearer === null ? null : authentication.fault,
    requireViewer(): Viewer {
      if (!this.viewer) throw new UnauthenticatedError(authentication.fault ?? undefined);
      return this.viewer;
    },
    async become(sessionId) {
      const identity = await identities.find({ kind: 'session', id: sessionId });
      this.viewer = identity?.viewer ?? null;
      this.ability = identity?.ability ?? identities.anonymous;
    },
    setSessionCookies(tokens) {
      options.setCookies?.(sessionCookies(publicUrl, tokens, machine.clock.now()));
    },
    refreshCookie: readCookie(options.presented.cookieHeader, cookieNames(publicUrl).refresh),
    async currentAbility() {
      const { credential } = authentication;
      const identity = credential && (await identities.find(credential.via));
      return identity?.ability ?? null;
    },
    watchIdentity() {
      const { credential } = authentication;
      if (!credential) return { ended: AbortSignal.abort(), release: () => undefined };
      return identities.watch(credential.via);
    },
  };
}

const REQUEST_ID = /^[\w.-]{8,100}$/;

/** The caller's own request id when it is harmless in a log, else a new one. */
export const requestIdOf = (header: string | string[] | null | undefined): string =>
  typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
