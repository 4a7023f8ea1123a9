import { inTransaction, type SqlClient, type Transaction } from '../platform/database.ts';
import type { AuditFacts } from './audit-trail.ts';
import { changedFields, type FieldChange } from './changed-fields.ts';
import type { ServiceContext } from './context.ts';
import { type ActionOf, authorize, type Policy, type Via, type Viewer } from './policy.ts';

/**
 * Notes for the audit entry what became of a row: `before` null means that it is new, `after` null that it is gone. Only
 * the fields that differ are kept, and of those that nobody may read no value.
 */
export type RecordChange = (
  target: { policy: Policy; id: string },
  before: object | null,
  after: object | null,
) => void;

/** What one mutation does in one transaction. */
export interface UnitOfWork {
  tx: Transaction;
  viewer: Viewer;
  record: RecordChange;
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
  return ctx.db.$transaction(async (tx) => {
    const { rows, record } = openRecord();
    const result = await work({ tx, viewer, record });
    await ctx.audit.append(tx, factsOf(ctx, viewer, { operation, rows, noun: policy.noun }));
    return result;
  });
}

/** The same in plain SQL, on a connection of its own: runs move without the ORM. */
export async function changeInSql<P extends Policy, T>(
  ctx: ServiceContext,
  { action, policy, operation }: Change<P>,
  work: (unit: { client: SqlClient; viewer: Viewer; record: RecordChange }) => Promise<T>,
): Promise<T> {
  const viewer = authorize(ctx, action, policy);
  return inTransaction(ctx.sql, async (client) => {
    const { rows, record } = openRecord();
    const result = await work({ client, viewer, record });
    await ctx.audit.append(client, factsOf(ctx, viewer, { operation, rows, noun: policy.noun }));
    return result;
  });
}

/** Who has done something: of a viewer, what the audit log tells. */
interface Actor {
  organizationId: string;
  userId: string;
  via: Via;
}

type Unit = Pick<UnitOfWork, 'tx' | 'record'>;

/** What somebody does who proves by it who they are, as a sign-in does: `work` says who it was. */
export async function changeByNewcomer<T>(
  ctx: ServiceContext,
  operation: string,
  work: (unit: Unit) => Promise<{ actor: Actor; result: T }>,
): Promise<T> {
  return ctx.db.$transaction(async (tx) => {
    const { rows, record } = openRecord();
    const { actor, result } = await work({ tx, record });
    await ctx.audit.append(tx, factsOf(ctx, actor, { operation, rows, noun: null }));
    return result;
  });
}

/** What somebody was refused who has not proved who they are, and what became of the rows that they named. */
export async function recordRefusal<T>(
  ctx: ServiceContext,
  refused: { organizationId: string; operation: string },
  work: (unit: Unit) => Promise<T>,
): Promise<T> {
  const { organizationId, operation } = refused;
  return ctx.db.$transaction(async (tx) => {
    const { rows, record } = openRecord();
    const result = await work({ tx, record });
    const nobody = { organizationId, userId: null, via: null };
    const facts = factsOf(ctx, nobody, { operation, rows, noun: null });
    await ctx.audit.append(tx, { ...facts, outcome: 'REFUSED' });
    return result;
  });
}

function openRecord(): { rows: ChangedRow[]; record: RecordChange } {
  const rows: ChangedRow[] = [];
  return {
    rows,
    record({ policy, id }, before, after) {
      rows.push({ type: policy.noun, id, fields: changedFields(policy, before, after) });
    },
  };
}

function factsOf(
  ctx: ServiceContext,
  by: Actor | { organizationId: string; userId: null; via: null },
  { operation, rows, noun }: { operation: string; rows: ChangedRow[]; noun: string | null },
): AuditFacts {
  return {
    organizationId: by.organizationId,
    via: by.via?.kind ?? null,
    viaId: by.via?.id ?? null,
    actorId: by.userId,
    action: operation,
    targetType: rows[0]?.type ?? noun,
    targetId: rows[0]?.id ?? null,
    changes: rows,
    address: ctx.address,
    requestId: ctx.requestId,
    outcome: 'DONE',
    occurredAt: ctx.clock.now(),
  };
}

/**
 * The columns that an update sets: absent means unchanged, null means clear. Prisma refuses a key that is present and
 * undefined, which is what an absent input becomes once it is spread.
 */
export function changesOf<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
