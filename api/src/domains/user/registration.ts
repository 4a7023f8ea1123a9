import type { Transaction } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import { hasOrganization } from '../organization/organization.service.ts';
import type { RegistrationMode } from '../registration-mode.ts';
import { RegistrationRefusedError } from './user.errors.ts';

/** As it is set; else OPEN until somebody has made the first organization. */
export async function findRegistrationMode(
  machine: Pick<Machine, 'db' | 'settings'>,
): Promise<RegistrationMode> {
  return machine.settings.registration ?? usualMode(machine.db);
}

const usualMode = async (db: Parameters<typeof hasOrganization>[0]): Promise<RegistrationMode> =>
  (await hasOrganization(db)) ? 'INVITE_ONLY' : 'OPEN';

/** Throws REGISTRATION_REFUSED, without a look at who asks: the answer is the same for every address. */
export async function demandOpenRegistration(machine: Pick<Machine, 'db' | 'settings'>): Promise<void> {
  refuseUnlessOpen(await findRegistrationMode(machine));
}

/** The same again where the organization is made: of two who come first at once, the second finds that of the first. */
export async function holdOpenRegistration(
  tx: Transaction,
  { settings }: Pick<Machine, 'settings'>,
): Promise<void> {
  if (settings.registration) return;
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('studio.first-organization'))`;
  refuseUnlessOpen(await usualMode(tx));
}

function refuseUnlessOpen(mode: RegistrationMode): void {
  if (mode === 'INVITE_ONLY')
    throw new RegistrationRefusedError(
      'Accounts of this studio are created by invitation. Ask an administrator for one, or sign in.',
    );
  if (mode === 'CLOSED')
    throw new RegistrationRefusedError('Nobody can register at this studio. Sign in, or ask its operator.');
}
