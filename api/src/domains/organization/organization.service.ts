import { NotFoundError, PlanLimitError } from '../../platform/errors.ts';
import type { Prisma, Transaction } from '../../platform/database.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { PLAN_LIMITS, type PlanLimits } from './plan.ts';
import { organizationPolicy } from './organization.policy.ts';

type OrganizationQuery = Pick<Prisma.OrganizationFindFirstArgs, 'select' | 'include'>;

/** The viewer's organization. Throws UNAUTHENTICATED, NOT_FOUND. */
export async function getOrganization(ctx: ServiceContext, args: { query: OrganizationQuery }) {
  authorize(ctx, 'read', organizationPolicy);
  const organization = await ctx.db.organization.findFirst({
    ...args.query,
    where: scoped(ctx, 'read', 'Organization'),
  });
  if (!organization) throw new NotFoundError('organization');
  return organization;
}

/** Waits for others who hold the organization like this, and holds it until the transaction ends. */
export const lockOrganization = (tx: Transaction, organizationId: string): Promise<void> =>
  lockRow(tx, 'Organization', organizationId, 'change');

/**
 * Throws PLAN_LIMIT when one more would pass the plan's limit. Locks the organization's row until the transaction
 * ends, so that two at once cannot both take the last place. The lock lets other rows go on pointing at the
 * organization: FOR UPDATE would hold up every insert of the tenant, events of its runs included.
 */
export async function reservePlace(
  tx: Transaction,
  args: { organizationId: string; limit: keyof PlanLimits; noun: string; countUsed: () => Promise<number> },
): Promise<void> {
  const [organization] = await tx.$queryRaw<{ plan: keyof typeof PLAN_LIMITS }[]>`
    SELECT "plan" FROM "Organization" WHERE "id" = ${args.organizationId} FOR NO KEY UPDATE`;
  if (!organization) throw new NotFoundError('organization');
  const allowed = PLAN_LIMITS[organization.plan][args.limit];
  if (allowed === null) return;
  const used = await args.countUsed();
  if (used >= allowed) throw new PlanLimitError(args.noun, allowed, used);
}

/** Whether the administrators of an organization are those of the studio: it was made with the first data. */
export const isOperatorOrganization = async (
  ctx: Pick<ServiceContext, 'db'>,
  { id }: { id: string },
): Promise<boolean> => (await ctx.db.organization.count({ where: { id, isOperator: true } })) > 0;

/** Whether anybody has an organization at this studio yet. */
export const hasOrganization = async (db: Pick<Transaction, 'organization'>): Promise<boolean> =>
  (await db.organization.findFirst({ select: { id: true } })) !== null;
