/**
 * The first data: an organization, its administrator and the demo. Run by the launcher on an empty database, in its
 * environment; running it again does nothing.
 */
import { readEnv } from '../api/src/env.ts';
import { openMachine } from '../api/src/machine.ts';
import { createLogger } from '../api/src/platform/logger.ts';
import { seedDemo } from './seed/demo.ts';
import { contextOf, seedOrganization, seedUser } from './seed/organization.ts';

const email = process.env['STUDIO_ADMIN_EMAIL'];
const password = process.env['STUDIO_ADMIN_PASSWORD'];
if (!email || !password)
  throw new Error('Set STUDIO_ADMIN_EMAIL and STUDIO_ADMIN_PASSWORD for the first administrator.');

const { machine, close } = openMachine(readEnv(), createLogger({ name: 'seed', level: 'warn' }));
try {
  if ((await machine.db.user.count({ where: { email: email.toLowerCase() } })) === 0) {
    const { organizationId } = await seedOrganization(machine, { name: 'Demo Organization', plan: 'PRO' });
    const admin = await seedUser(machine, {
      organizationId,
      email,
      name: 'Administrator',
      role: 'ADMIN',
      password,
    });
    await seedDemo(contextOf(machine, admin));
  }
} finally {
  await close();
}
