import { randomBytes } from 'node:crypto';
import { hashPassword } from '../../api/src/domains/user/password.ts';
import type { Machine } from '../../api/src/domains/context.ts';
import type { Role, Via, Viewer } from '../../api/src/domains/policy.ts';
import type { OrganizationPlan } from '../../api/src/generated/prisma/enums.ts';

/** Seeds and tests act for a user as a job does. */
export const SEEDED: Via = { kind: 'job', id: 'seed' };

/** An organization without members. */
export async function seedOrganization(
  machine: Machine,
  args: { name: string; plan?: OrganizationPlan; isOperator?: boolean },
): Promise<{ organizationId: string }> {
  const slug = `${args.name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${randomBytes(3).toString('hex')}`;
  const { id } = await machine.db.organization.create({
    data: { name: args.name, slug, plan: args.plan ?? 'PRO', isOperator: args.isOperator ?? false },
  });
  return { organizationId: id };
}

/** A member of an organization, as a viewer without a session. */
export async function seedUser(
  machine: Machine,
  args: { organizationId: string; email: string; name: string; role: Role; password: string },
): Promise<Viewer> {
  const { organizationId, email, name, role } = args;
  const user = await machine.db.user.create({
    data: {
      organizationId,
      email: email.toLowerCase(),
      name,
      role,
      passwordHash: await hashPassword(args.password),
    },
  });
  return { userId: user.id, organizationId, role, via: SEEDED };
}
