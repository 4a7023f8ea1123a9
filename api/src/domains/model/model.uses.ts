import type { Transaction } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import { scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';

/** What other nouns ask of a model provider. */

/** Holds a model provider for a row that points at it; false when there is none within reach. */
export async function tryHoldModelProvider(
  tx: Transaction,
  ctx: ServiceContext,
  id: string,
): Promise<boolean> {
  await lockRow(tx, 'ModelProvider', id, 'refer');
  const where = { AND: [scoped(ctx, 'read', 'ModelProvider'), { id }] };
  return (await tx.modelProvider.count({ where })) > 0;
}

/** As above. Throws NOT_FOUND at `path`. */
export async function holdModelProvider(
  tx: Transaction,
  ctx: ServiceContext,
  id: string,
  path = ['input', 'modelProviderId'],
): Promise<void> {
  if (!(await tryHoldModelProvider(tx, ctx, id))) throw new NotFoundError('model provider', path);
}
