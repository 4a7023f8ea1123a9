import { hashToken, hmacToken, randomToken } from '../../platform/crypto.ts';
import { isUniqueViolation, type Prisma } from '../../platform/database.ts';
import { EVERYONE } from '../../platform/pubsub.ts';
import { ForbiddenError, NotFoundError } from '../../platform/errors.ts';
import { invalid } from '../../platform/input.ts';
import { change, changeByNewcomer, recordRefusal, type UnitOfWork } from '../change.ts';
import type { Machine, ServiceContext } from '../context.ts';
import { authorize, scoped, type Viewer } from '../policy.ts';
import { ACCESS_TOKEN_MS } from './access-token.ts';
import { admitRefresh } from './sign-in-limit.ts';
import { InvalidCredentialsError } from './user.errors.ts';
import { sessionPolicy } from './user.policy.ts';

/** A session ends this long after sign-in, however often it is refreshed, and after so much silence. */
const SESSION_ABSOLUTE_MS = 30 * 86_400_000;
const SESSION_IDLE_MS = 7 * 86_400_000;
/**
 * Two tabs may refresh at the same moment: for this long the same old token gives the same new one. Later use of a
 * rotated token means that somebody else has it too.
 */
const REFRESH_GRACE_MS = 10_000;

export interface SessionTokens {
  accessToken: string;
  refreshToken: string;
  /** When the access token ends. */
  expiresAt: Date;
  userId: string;
  sessionId: string;
}

type SessionOwner = { id: string; organizationId: string };

/** Opens a session for a user who has just proved who they are. */
export async function openSession(ctx: ServiceContext, user: SessionOwner): Promise<SessionTokens> {
  const opened = await changeByNewcomer(ctx, 'authLogin', (unit) => createSession(ctx, unit, user));
  return issue(ctx, opened.session, opened.refreshToken);
}

/** Stores a new session, in the name of whoever it is of. */
export async function createSession(
  ctx: ServiceContext,
  { tx, record }: Pick<UnitOfWork, 'tx' | 'record'>,
  user: SessionOwner,
) {
  const now = ctx.clock.now();
  const refreshToken = randomToken();
  const session = await tx.session.create({
    data: {
      organizationId: user.organizationId,
      userId: user.id,
      userAgent: ctx.userAgent?.slice(0, 300) ?? null,
      address: ctx.address,
      expiresAt: new Date(now.getTime() + SESSION_ABSOLUTE_MS),
      refreshTokens: {
        create: { tokenHash: hashToken(refreshToken), expiresAt: new Date(now.getTime() + SESSION_IDLE_MS) },
      },
    },
  });
  const { organizationId, userId } = session;
  record({ policy: sessionPolicy, id: session.id }, null, session);
  return {
    actor: { organizationId, userId, via: { kind: 'session', id: session.id } as const },
    result: { session, refreshToken },
  };
}

/**
 * Rotates a refresh token. Throws InvalidCredentialsError when it is unknown, expired or revoked; a token that was
 * already rotated revokes its whole session. Throws RATE_LIMITED after too many of them.
 */
export async function refreshSession(
  ctx: ServiceContext,
  args: { refreshToken: string },
): Promise<SessionTokens> {
  const now = ctx.clock.now();
  const attempt = await admitRefresh(ctx);
  const token = await ctx.db.refreshToken.findUnique({
    where: { tokenHash: hashToken(args.refreshToken) },
    include: {
      session: { include: { user: { select: { disabledAt: true } } } },
      child: { select: { rotatedAt: true } },
    },
  });
  if (!token || token.expiresAt <= now || !isSessionAlive(token.session, token.session.user, now))
    throw deadRefreshToken();
  await attempt.succeeded();
  if (token.rotatedAt) {
    const isRace =
      now.getTime() - token.rotatedAt.getTime() <= REFRESH_GRACE_MS && token.child?.rotatedAt === null;
    if (!isRace) {
      ctx.log.warn(
        { sessionId: token.sessionId, requestId: ctx.requestId },
        'A rotated refresh token was used again',
      );
      const { organizationId } = token.session;
      const refused = { organizationId, operation: 'authRefresh' };
      const end = { where: { id: token.sessionId }, reason: 'REFRESH_REUSE' };
      announceEnded(ctx, await recordRefusal(ctx, refused, (unit) => endSessions(ctx, unit, end)));
      throw deadRefreshToken();
    }
  }
  // Derived, not random: whoever loses the race comes to the same successor.
  const successor = hmacToken(ctx.vault.derive('refresh-token'), args.refreshToken);
  if (!token.rotatedAt)
    await storeSuccessor(ctx, { parentId: token.id, sessionId: token.sessionId, successor, now });
  return issue(ctx, token.session, successor);
}

async function storeSuccessor(
  ctx: ServiceContext,
  args: { parentId: string; sessionId: string; successor: string; now: Date },
): Promise<void> {
  try {
    await ctx.db.$transaction([
      ctx.db.refreshToken.create({
        data: {
          sessionId: args.sessionId,
          parentId: args.parentId,
          tokenHash: hashToken(args.successor),
          expiresAt: new Date(args.now.getTime() + SESSION_IDLE_MS),
        },
      }),
      ctx.db.refreshToken.update({ where: { id: args.parentId }, data: { rotatedAt: args.now } }),
      ctx.db.session.update({ where: { id: args.sessionId }, data: { lastUsedAt: args.now } }),
    ]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

export async function issue(
  ctx: ServiceContext,
  session: { id: string; userId: string },
  refreshToken: string,
): Promise<SessionTokens> {
  const expiresAt = new Date(ctx.clock.now().getTime() + ACCESS_TOKEN_MS);
  const accessToken = await ctx.accessTokens.sign({
    userId: session.userId,
    sessionId: session.id,
    expiresAt,
  });
  return { accessToken, refreshToken, expiresAt, userId: session.userId, sessionId: session.id };
}

/** Ends the viewer's own session. */
export async function logout(ctx: ServiceContext): Promise<{ id: string }> {
  const id = ownSession(authorize(ctx, 'revoke', sessionPolicy));
  if (!id) throw new ForbiddenError('Only a session can be signed out, and this is none.');
  const leaving = { action: 'revoke', policy: sessionPolicy, operation: 'authLogout' } as const;
  const end = { where: { id }, reason: 'LOGOUT' };
  announceEnded(ctx, await change(ctx, leaving, (unit) => endSessions(ctx, unit, end)));
  return { id };
}

/** Revokes one of the viewer's sessions, or all but the present one. Throws ValidationError, NOT_FOUND. */
export async function revokeSessions(
  ctx: ServiceContext,
  args: { sessionId: string | null; allOthers: boolean },
): Promise<{ sessionIds: string[] }> {
  const viewer = authorize(ctx, 'revoke', sessionPolicy);
  if ((args.sessionId === null) === !args.allOthers) {
    throw invalid('Give a sessionId, or allOthers: true, and not both.', 'sessionId');
  }
  const own = ownSession(viewer);
  const which = args.sessionId ? { id: args.sessionId } : own ? { id: { not: own } } : {};
  const revoking = { action: 'revoke', policy: sessionPolicy, operation: 'sessionRevoke' } as const;
  const end = { where: { AND: [scoped(ctx, 'revoke', 'Session'), which] }, reason: 'REVOKED' };
  const ended = await change(ctx, revoking, async (unit) => {
    const sessions = await endSessions(ctx, unit, end);
    if (args.sessionId && sessions.length === 0) throw new NotFoundError('session', ['input', 'sessionId']);
    return sessions;
  });
  announceEnded(ctx, ended);
  return { sessionIds: ended.map(({ id }) => id) };
}

/** The session that a viewer acts by; null for one who comes by a key or a job. */
export const ownSession = (viewer: Viewer): string | null =>
  viewer.via.kind === 'session' ? viewer.via.id : null;

/** The viewer's sessions that are still alive, last used first. */
export async function listSessions(
  ctx: ServiceContext,
  args: { query: Pick<Prisma.SessionFindManyArgs, 'select' | 'include'> },
) {
  return ctx.db.session.findMany({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'Session'), { revokedAt: null, expiresAt: { gt: ctx.clock.now() } }] },
    orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }],
    take: 100,
  });
}

interface EndedSession {
  id: string;
  userId: string;
  organizationId: string;
}

/** Revokes sessions; announce them when the transaction is committed. */
async function endSessions(
  { clock }: Pick<Machine, 'clock'>,
  { tx, record }: Pick<UnitOfWork, 'tx' | 'record'>,
  { where, reason }: { where: Prisma.SessionWhereInput; reason: string },
): Promise<EndedSession[]> {
  const revoked = { revokedAt: clock.now(), revokedReason: reason };
  const ended = await tx.session.updateManyAndReturn({
    where: { AND: [where, { revokedAt: null }] },
    data: revoked,
    select: { id: true, userId: true, organizationId: true },
  });
  for (const { id } of ended)
    record({ policy: sessionPolicy, id }, { revokedAt: null, revokedReason: null }, revoked);
  return ended;
}

/** Tells every process, so that requests are refused and streams end within a second. */
function announceEnded({ pubsub }: Pick<Machine, 'pubsub'>, ended: EndedSession[]): void {
  for (const { organizationId, userId, id } of ended)
    pubsub.ring('identity', EVERYONE, { organizationId, userId, sessionId: id });
}

export function isSessionAlive(
  session: { revokedAt: Date | null; expiresAt: Date },
  user: { disabledAt: Date | null },
  now: Date,
): boolean {
  return session.revokedAt === null && session.expiresAt > now && user.disabledAt === null;
}

const deadRefreshToken = () =>
  new InvalidCredentialsError('This refresh token is no longer valid. Sign in again.');
