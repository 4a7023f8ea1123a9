import { randomUUID } from 'node:crypto';
import { contextOf, type Machine } from '../domains/context.ts';
import type { Viewer } from '../domains/policy.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { UnauthenticatedError } from '../platform/errors.ts';
import { Turns } from '../platform/turns.ts';
import { cookieNames, readCookie, sessionCookies } from './cookies.ts';
import { type Credential, type Identities, type Identity, NO_IDENTITY } from './identity.ts';

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

/** Two pages of the log for each: what a connection that does not read can make the process hold. */
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

/** The context of one operation, with what its methods know of it. */
interface OperationContext extends GraphQLContext {
  authentication: Authentication;
  setCookies: ContextOptions['setCookies'];
}

export function createContext(options: ContextOptions): GraphQLContext {
  const { machine, identities, authentication } = options;
  const { requestId, address, userAgent, signal } = options;
  const context: OperationContext = {
    ...contextOf(machine, authentication.identity?.viewer ?? null, {
      ability: authentication.identity?.ability ?? identities.anonymous,
      log: machine.log.child({ requestId }),
      requestId,
      address,
      userAgent,
      signal,
    }),
    ...methodsOf(machine, identities),
    authentication,
    setCookies: options.setCookies,
    position: { lastEventId: options.lastEventId, cursor: null },
    replays: options.replays,
    rate: { quota: null, size: null },
    staleToken: options.presented.bearer === null ? null : authentication.fault,
    refreshCookie: readCookie(
      options.presented.cookieHeader,
      cookieNames(machine.settings.publicUrl).refresh,
    ),
  };
  return context;
}

type Methods = Pick<
  GraphQLContext,
  'requireViewer' | 'become' | 'setSessionCookies' | 'currentAbility' | 'knownAbility' | 'watchIdentity'
>;
const methods = new WeakMap<Identities, Methods & ThisType<OperationContext>>();

/** The same for all contexts: an open stream holds its context as long as it lives. */
function methodsOf(machine: Machine, identities: Identities): Methods {
  let known = methods.get(identities);
  if (!known) methods.set(identities, (known = createMethods(machine, identities)));
  return known;
}

const createMethods = (machine: Machine, identities: Identities): Methods & ThisType<OperationContext> => ({
  requireViewer(): Viewer {
    if (!this.viewer) throw new UnauthenticatedError(this.authentication.fault ?? undefined);
    return this.viewer;
  },
  async become(sessionId) {
    const identity = await identities.find({ kind: 'session', id: sessionId });
    this.viewer = identity?.viewer ?? null;
    this.ability = identity?.ability ?? identities.anonymous;
  },
  setSessionCookies(tokens) {
    this.setCookies?.(sessionCookies(machine.settings.publicUrl, tokens, machine.clock.now()));
  },
  async currentAbility() {
    const { credential } = this.authentication;
    const identity = credential && (await identities.find(credential.via));
    return identity?.ability ?? null;
  },
  knownAbility() {
    const { credential } = this.authentication;
    const identity = credential && identities.known(credential.via);
    return identity && identity.ability;
  },
  watchIdentity(onEnd) {
    const { credential } = this.authentication;
    return credential ? identities.watch(credential.via, onEnd) : NO_IDENTITY;
  },
});

const REQUEST_ID = /^[\w.-]{8,100}$/;

/** The caller's own request id when it is harmless in a log, else a new one. */
export const requestIdOf = (header: string | string[] | null | undefined): string =>
  typeof header === 'string' && REQUEST_ID.test(header) ? header : randomUUID();
