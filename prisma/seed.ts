/**
 * The first data: an organization, its administrator and the demo. Run by the launcher on an empty database, in its
 * environment; running it again adds what is missing.
 */
import { contextOf } from '../api/src/domains/context.ts';
import { readEnv } from '../api/src/env.ts';
import type { Viewer } from '../api/src/domains/policy.ts';
import { openMachine } from '../api/src/machine.ts';
import { createLogger } from '../api/src/platform/logger.ts';
import { seedDemo } from './seed/demo.ts';
import { SEEDED, seedOrganization, seedUser } from './seed/organization.ts';

const email = process.env['STUDIO_ADMIN_EMAIL'];
const password = process.env['STUDIO_ADMIN_PASSWORD'];
if (!email || !password)
  throw new Error('Set STUDIO_ADMIN_EMAIL and STUDIO_ADMIN_PASSWORD for the first administrator.');

const { machine, close } = openMachine(readEnv(), createLogger({ name: 'seed', level: 'warn' }));
try {
  const admin = (await findAdmin()) ?? (await seedAdmin());
  await seedDemo(contextOf(machine, admin));
} finally {
  await close();
}

async function findAdmin(): Promise<Viewer | null> {
  const user = await machine.db.user.findUnique({ where: { email: email!.toLowerCase() } });
  return user && { userId: user.id, organizationId: user.organizationId, role: user.role, via: SEEDED };
}

async function seedAdmin(): Promise<Viewer> {
  const { organizationId } = await seedOrganization(machine, {
    name: 'Demo Organization',
    plan: 'PRO',
    isOperator: true,
  });
  return seedUser(machine, {
    organizationId,
    email: email!,
    name: 'Administrator',
    role: 'ADMIN',
    password: password!,
  });
}
