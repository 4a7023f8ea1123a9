import type { Transaction } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import { scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';

/** What other nouns ask of a server. */

/** Holds a server that is in use, for a row that points at it. Throws NOT_FOUND at `path`. */
export async function holdServer(
  tx: Transaction,
  ctx: ServiceContext,
  id: string,
  path = ['input', 'serverId'],
) {
  await lockRow(tx, 'ServerConfiguration', id, 'refer');
  const server = await tx.serverConfiguration.findFirst({
    where: { AND: [scoped(ctx, 'read', 'ServerConfiguration'), { id, archivedAt: null }] },
    select: { id: true, protocol: true },
  });
  if (!server) throw new NotFoundError('server', path);
  return server;
}
