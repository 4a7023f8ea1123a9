import { z } from 'zod';
import { randomToken } from '../../platform/crypto.ts';
import { isUniqueViolation, type Prisma } from '../../platform/database.ts';
import { ConflictError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/input.ts';
import { rowsOf } from '../../platform/read-together.ts';
import { changeByNewcomer, recordRefusal } from '../change.ts';
import type { Machine, ServiceContext } from '../context.ts';
import { organizationPolicy } from '../organization/organization.policy.ts';
import type { Via, Viewer } from '../policy.ts';
import { admitRegistration, admitSignIn } from './sign-in-limit.ts';
import { hashPassword, isOutdatedHash, verifyPassword } from './password.ts';
import { demandOpenRegistration, holdOpenRegistration } from './registration.ts';
import { createSession, isSessionAlive, issue, openSession, type SessionTokens } from './session.service.ts';
import { InvalidCredentialsError } from './user.errors.ts';
import { userPolicy } from './user.policy.ts';

const email = z
  .string()
  .trim()
  .toLowerCase()
  .pipe(
    z
      .email('Enter an e-mail address, such as ada@example.com.')
      .max(254, 'An e-mail address has at most 254 characters.'),
  );
const password = z
  .string()
  .min(12, 'Choose a password of at least 12 characters.')
  .max(256, 'A password has at most 256 characters.');
const name = (what: string) =>
  z.string().trim().min(1, `Enter ${what}.`).max(100, `Keep ${what} to 100 characters.`);

const registration = z.strictObject({
  email,
  password,
  name: name('your name'),
  organizationName: name('the name of the organization'),
});

/**
 * Creates an organization with its first ADMIN and opens a session. Throws RegistrationRefusedError, before anything of the
 * input is looked at, ValidationError, ConflictError, RATE_LIMITED.
 */
export async function register(
  ctx: ServiceContext,
  input: z.input<typeof registration>,
): Promise<SessionTokens> {
  await demandOpenRegistration(ctx);
  const data = parseInput(registration, input);
  await admitRegistration(ctx);
  const passwordHash = await hashPassword(data.password);
  try {
    const opened = await changeByNewcomer(ctx, 'authRegister', async (unit) => {
      await holdOpenRegistration(unit.tx, ctx);
      const { organization, ...user } = await unit.tx.user.create({
        data: {
          email: data.email,
          name: data.name,
          role: 'ADMIN',
          passwordHash,
          organization: { create: { name: data.organizationName, slug: slugOf(data.organizationName) } },
        },
        include: { organization: true },
      });
      unit.record({ policy: organizationPolicy, id: organization.id }, null, organization);
      unit.record({ policy: userPolicy, id: user.id }, null, user);
      return createSession(ctx, unit, user);
    });
    return await issue(ctx, opened.session, opened.refreshToken);
  } catch (error) {
    if (isUniqueViolation(error)) {
      // Names no part of the input: whether an address has an account is nobody else's business.
      throw new ConflictError(
        'This account cannot be created. If you have one, sign in; if not, try another address.',
      );
    }
    throw error;
  }
}

/** The name in the alphabet of URLs, with a random tail: names of organizations need not be unique. */
function slugOf(organizationName: string): string {
  const words = organizationName
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${words.slice(0, 40) || 'organization'}-${randomToken()
    .slice(0, 6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '0')}`;
}

const credentials = z.strictObject({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string().max(1_024),
});

/**
 * Opens a session. Throws InvalidCredentialsError, with the same words and after the same time for every cause, and
 * RATE_LIMITED after too many wrong passwords.
 */
export async function login(ctx: ServiceContext, input: z.input<typeof credentials>): Promise<SessionTokens> {
  const data = parseInput(credentials, input);
  const attempt = await admitSignIn(ctx, { email: data.email });
  const user = await ctx.db.user.findUnique({
    where: { email: data.email },
    select: { id: true, organizationId: true, passwordHash: true, disabledAt: true },
  });
  const isRight = await verifyPassword(user?.passwordHash ?? null, data.password);
  if (!user || !isRight || user.disabledAt) {
    if (user) noteRefusedSignIn(ctx, user);
    throw new InvalidCredentialsError('E-mail address or password is wrong.');
  }
  await attempt.succeeded();
  if (isOutdatedHash(user.passwordHash)) {
    await ctx.db.user.update({
      where: { id: user.id },
      data: { passwordHash: await hashPassword(data.password) },
    });
  }
  return openSession(ctx, user);
}

/** Nobody waits for it: how long an answer takes must not tell that there is an account. */
function noteRefusedSignIn(
  ctx: ServiceContext,
  { id, organizationId }: { id: string; organizationId: string },
) {
  recordRefusal(ctx, { organizationId, operation: 'authLogin' }, async ({ record }) =>
    record({ policy: userPolicy, id }, {}, {}),
  ).catch((error: unknown) =>
    ctx.log.error(
      { err: error, userId: id, requestId: ctx.requestId },
      'A refused sign-in is missing in the audit log',
    ),
  );
}

/** The viewer behind a session, with today's rights; null when it or the user is no longer good. */
export async function findViewer(machine: Pick<Machine, 'db' | 'clock'>, via: Via): Promise<Viewer | null> {
  // Nothing else opens a request yet; what is not a session is nobody.
  if (via.kind !== 'session') return null;
  const session = await machine.db.session.findUnique({
    where: { id: via.id },
    select: {
      id: true,
      userId: true,
      organizationId: true,
      revokedAt: true,
      expiresAt: true,
      user: { select: { role: true, disabledAt: true } },
    },
  });
  if (!session || !isSessionAlive(session, session.user, machine.clock.now())) return null;
  return {
    userId: session.userId,
    organizationId: session.organizationId,
    role: session.user.role,
    via,
  };
}

/** A worker acts as the user who caused the work, with today's rights. */
export const actorRows = ({ organizationId, userId }: { organizationId: string; userId: string | null }) =>
  rowsOf('User', {
    where: { id: userId ?? '', organizationId, disabledAt: null },
    select: { id: true, organizationId: true, role: true },
  });

/** Of what `actorRows` found, as who the job acts; null: whoever caused it is gone or disabled. */
export function actorOf(
  rows: Pick<Prisma.UserGetPayload<object>, 'id' | 'organizationId' | 'role'>[],
  jobId: string,
): Viewer | null {
  const [user] = rows;
  return user
    ? {
        userId: user.id,
        organizationId: user.organizationId,
        role: user.role,
        via: { kind: 'job', id: jobId },
      }
    : null;
}

type UserQuery = Pick<Prisma.UserFindManyArgs, 'select' | 'include'>;

/** The signed-in user; null for nobody. */
export async function findViewerUser(ctx: ServiceContext, args: { query: UserQuery; userId?: string }) {
  const id = args.userId ?? ctx.viewer?.userId;
  return id ? ctx.db.user.findUnique({ ...args.query, where: { id } }) : null;
}
