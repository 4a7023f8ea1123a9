import type { Transaction } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import type { RegistrationMode } from '../registration-mode.ts';
import { RegistrationRefusedError } from './user.errors.ts';

/** As it is set; else OPEN until somebody has made the first organization. */
export async function findRegistrationMode(
  machine: Pick<Machine, 'db' | 'settings'>,
): Promise<RegistrationMode> {
  return (
    machine.settings.registration ?? modeOf(await machine.db.organization.findFirst({ select: { id: true } }))
  );
}

const modeOf = (first: object | null): RegistrationMode => (first ? 'INVITE_ONLY' : 'OPEN');

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
  refuseUnlessOpen(modeOf(await tx.organization.findFirst({ select: { id: true } })));
}

function refuseUnlessOpen(mode: RegistrationMode): void {
  if (mode === 'INVITE_ONLY')
    throw new RegistrationRefusedError(
      'Accounts of this studio are created by invitation. Ask an administrator for one, or sign in.',
    );
  if (mode === 'CLOSED')
    throw new RegistrationRefusedError('Nobody can register at this studio. Sign in, or ask its operator.');
}
