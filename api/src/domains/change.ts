import type { Transaction } from '../platform/database.ts';
import { changedFields, type FieldChange } from './changed-fields.ts';
import type { ServiceContext } from './context.ts';
import { type ActionOf, authorize, type Policy, type Viewer } from './policy.ts';

/** What one mutation does in one transaction. */
export interface UnitOfWork {
  tx: Transaction;
  viewer: Viewer;
  /**
   * Notes for the audit entry what became of a row: `before` null means that it is new, `after` null that it is gone. Only
   * the fields that differ are kept, and of those that nobody may read no value.
   */
  record(target: { policy: Policy; id: string }, before: object | null, after: object | null): void;
}

interface Change<P extends Policy> {
  action: ActionOf<P>;
  policy: P;
  /** The mutation, as the schema names it: the audit entry's action. */
  operation: string;
}

/** A row that a change has touched, as the audit entry keeps it. */
export interface ChangedRow {
  type: string;
  id: string;
  fields: FieldChange[];
}

/**
 * The one way in which a verb changes something: authorizes, opens the transaction, and writes the audit entry in the same
 * commit, so that there is no change without its entry and no entry of a change that was rolled back. Throws
 * UNAUTHENTICATED, FORBIDDEN, and whatever `work` throws.
 */
export async function change<P extends Policy, T>(
  ctx: ServiceContext,
  { action, policy, operation }: Change<P>,
  work: (unit: UnitOfWork) => Promise<T>,
): Promise<T> {
  const viewer = authorize(ctx, action, policy);
  const rows: ChangedRow[] = [];
  return ctx.db.$transaction(async (tx) => {
    const result = await work({
      tx,
      viewer,
      record: (target, before, after) =>
        rows.push({
          type: target.policy.noun,
          id: target.id,
          fields: changedFields(target.policy, before, after),
        }),
    });
    await ctx.audit.append(tx, {
      organizationId: viewer.organizationId,
      via: viewer.via.kind,
      viaId: viewer.via.id,
      actorId: viewer.userId,
      action: operation,
      targetType: rows[0]?.type ?? policy.noun,
      targetId: rows[0]?.id ?? null,
      changes: rows,
      address: ctx.address,
      requestId: ctx.requestId,
      outcome: 'DONE',
      occurredAt: ctx.clock.now(),
    });
    return result;
  });
}

/**
 * The columns that an update sets: absent means unchanged, null means clear. Prisma refuses a key that is present and
 * undefined, which is what an absent input becomes once it is spread.
 */
export function changesOf<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
