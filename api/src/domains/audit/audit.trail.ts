import { Prisma, type SqlClient, type Transaction } from '../../platform/database.ts';
import { planned } from '../../platform/planned.ts';
import type { AuditFacts, AuditTrail, ChainedEntry, ChainHead } from '../audit-trail.ts';
import { CHAIN_START, faultAfter, hashEntry } from './audit.chain.ts';

/** Ends of chains that this process remembers; beyond it the oldest is looked up again. */
const MOST_REMEMBERED = 1_000;

/**
 * The end of the chain is remembered, because reading it first would cost every change a round trip: the write names the
 * end that it follows, and when that is not the end any more, the true one is locked and read.
 */
export function createAuditTrail(key: Buffer): AuditTrail {
  const heads = new Map<string, ChainHead>();

  const remember = (organizationId: string, head: ChainHead) => {
    heads.delete(organizationId);
    heads.set(organizationId, head);
    if (heads.size > MOST_REMEMBERED) heads.delete(heads.keys().next().value!);
  };

  return {
    async append(tx, entry) {
      const { organizationId } = entry;
      const remembered = heads.get(organizationId);
      if (remembered) {
        const next = follow(key, remembered, entry);
        remember(organizationId, next.head);
        if (await writeEntry(tx, next.entry, next.head)) return;
      }
      const next = follow(key, await lockHead(tx, organizationId), entry);
      remember(organizationId, next.head);
      if (!(await writeEntry(tx, next.entry, next.head)))
        throw new Error(`The audit chain of ${organizationId} moved under its lock`);
    },
    faultAfter: (head, entry) => faultAfter(key, head, entry),
  };
}

function follow(key: Buffer, { number, hash }: ChainHead, entry: AuditFacts) {
  const chained: ChainedEntry = { ...entry, number: number + 1, previousHash: hash };
  return { entry: chained, head: { number: chained.number, hash: hashEntry(key, chained) } };
}

/** Those who change something work with Prisma or without. */
type Connection = Transaction | SqlClient;

const query = async <Row extends object>(on: Connection, sql: Prisma.Sql): Promise<Row[]> =>
  '$queryRaw' in on ? on.$queryRaw<Row[]>(sql) : (await on.query<Row>(planned(sql.text, sql.values))).rows;

async function lockHead(tx: Connection, organizationId: string): Promise<ChainHead> {
  await query(
    tx,
    Prisma.sql`
      INSERT INTO "AuditHead" ("organizationId", "number", "hash")
      VALUES (${organizationId}, ${CHAIN_START.number}, ${CHAIN_START.hash}) ON CONFLICT DO NOTHING`,
  );
  const [head] = await query<ChainHead>(
    tx,
    Prisma.sql`
      SELECT "number", "hash" FROM "AuditHead" WHERE "organizationId" = ${organizationId} FOR UPDATE`,
  );
  if (!head) throw new Error(`There is no organization ${organizationId} to write an audit entry for`);
  return head;
}

/** False when the chain does not end any more where the entry begins: nothing was written. */
async function writeEntry(tx: Connection, entry: ChainedEntry, head: ChainHead): Promise<boolean> {
  const written = await query(
    tx,
    Prisma.sql`
    WITH head AS (
      UPDATE "AuditHead" SET "number" = ${head.number}, "hash" = ${head.hash}
      WHERE "organizationId" = ${entry.organizationId}
        AND "number" = ${entry.number - 1} AND "hash" = ${entry.previousHash}
      RETURNING "organizationId"
    )
    INSERT INTO "AuditEntry" ("id", "organizationId", "number", "via", "viaId", "actorId", "action", "targetType",
      "targetId", "changes", "address", "requestId", "outcome", "previousHash", "hash", "occurredAt")
    SELECT gen_random_uuid(), "organizationId", ${entry.number}, ${entry.via}, ${entry.viaId}, ${entry.actorId},
      ${entry.action}, ${entry.targetType}, ${entry.targetId}, ${JSON.stringify(entry.changes)}::jsonb, ${entry.address},
      ${entry.requestId}, ${entry.outcome}, ${entry.previousHash}, ${head.hash}, ${entry.occurredAt.toISOString()}::timestamptz
    FROM head
    RETURNING "number"`,
  );
  return written.length === 1;
}
