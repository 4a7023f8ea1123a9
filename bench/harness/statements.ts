import { open, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Stores } from './stores.ts';

/** Until every backend has read its settings again, and until what it logs is in the file. */
const SETTLE_MS = 500;

export interface Statements {
  /** In the order in which they were sent, BEGIN and COMMIT left out. */
  texts: string[];
  transactions: number;
}

/** Everything that PostgreSQL is asked while `work` runs, by whomever: it logs each statement with its transaction. */
export async function recordStatements(stores: Stores, work: () => Promise<void>): Promise<Statements> {
  const client = new pg.Client({ connectionString: stores.databaseUrl });
  await client.connect();
  try {
    await client.query(`ALTER SYSTEM SET log_line_prefix = '%v|'`);
    await client.query(`ALTER SYSTEM SET log_statement = 'all'`);
    await client.query('SELECT pg_reload_conf()');
    await delay(SETTLE_MS);
    const { size: from } = await stat(stores.postgresLog);
    await work();
    await delay(SETTLE_MS);
    const { size: to } = await stat(stores.postgresLog);
    return parseLog(await readPart(stores.postgresLog, from, to));
  } finally {
    await client.query('ALTER SYSTEM RESET ALL');
    await client.query('SELECT pg_reload_conf()');
    await client.end();
  }
}

async function readPart(path: string, from: number, to: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(to - from), position: from });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

const STATEMENT = /^(\d+\/\d+)\|LOG: {2}(?:statement|execute [^:]*): (.*)$/;
const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/i;

/** A line is a statement's first when it has a prefix; further lines of it are indented by a tab. */
export function parseLog(log: string): Statements {
  const texts: string[] = [];
  const transactions = new Set<string>();
  for (const line of log.replaceAll('\n\t', ' ').split('\n')) {
    const found = STATEMENT.exec(line);
    if (!found) continue;
    const [, transaction, text] = found as unknown as [string, string, string];
    transactions.add(transaction);
    if (!CONTROL.test(text)) texts.push(text.replace(/\s+/g, ' ').trim());
  }
  return { texts, transactions: transactions.size };
}

/** How often each text is sent in one operation, what the machine asks by itself included; the commonest first. */
export function describeStatements({ texts }: Statements, operations: number): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([text, count]) => `${(count / operations).toFixed(2).padStart(6)}  ${text.slice(0, 240)}`)
    .join('\n');
}
