import { Prisma, type Transaction } from '../platform/database.ts';

/** What the transaction is about to do with the row, and what must not happen to it meanwhile. */
const LOCKS = {
  /** Point at it: it is neither changed nor deleted. */
  refer: Prisma.raw('FOR SHARE'),
  /** Change it, on the strength of what is read after this. Others may still point at it. */
  change: Prisma.raw('FOR NO KEY UPDATE'),
  /** Delete or archive it: nobody may begin to point at it. */
  remove: Prisma.raw('FOR UPDATE'),
};

/**
 * Waits for whoever holds a row, and holds it until the transaction ends. Says nothing about rights, and does nothing when
 * there is no such row: read it afterwards, scoped. Never `remove` an Organization: every insert points at it.
 */
export async function lockRow(
  tx: Transaction,
  table: Prisma.ModelName,
  id: string,
  intent: keyof typeof LOCKS,
): Promise<void> {
  await tx.$queryRaw`SELECT "id" FROM ${Prisma.raw(`"${table}"`)} WHERE "id" = ${id} ${LOCKS[intent]}`;
}
