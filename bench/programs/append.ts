/** Appends batches of events to a run's log: by COPY, by Prisma's createMany, or as the product does. */
import pg from 'pg';
import { event, writeLog } from '../../api/src/domains/execution-event/execution-event.log.ts';
import { announce, answer } from '../harness/calls.ts';
import { CopyIn } from '../data/copy-in.ts';
import { required } from '../harness/required.ts';
import { openPrisma } from '../list-query/prisma-resolvers.ts';

const pool = new pg.Pool({ connectionString: required('DATABASE_URL'), max: 1 });
const prisma = openPrisma();

interface Run {
  executionId: string;
  organizationId: string;
  lastSeq: number;
}

const TEXT = 'a few words of what the model says ';

const WAYS: Record<string, (run: Run, seq: number, batch: number) => Promise<void>> = {
  async copy({ executionId, organizationId }, seq, batch) {
    const at = new Date().toISOString();
    const rows = Array.from(
      { length: batch },
      (_, n) =>
        `${executionId}\t${seq + n}\t${organizationId}\tOUTPUT_APPENDED\t${JSON.stringify({ text: TEXT })}\t${at}\n`,
    );
    const client = await pool.connect();
    try {
      const copy = new CopyIn(
        'COPY "ExecutionEvent" ("executionId", "seq", "organizationId", "type", "payload", "occurredAt") FROM STDIN',
        rows.join(''),
      );
      await client.query(copy).done;
    } finally {
      client.release();
    }
  },
  async createMany({ executionId, organizationId }, seq, batch) {
    const occurredAt = new Date();
    await prisma.executionEvent.createMany({
      data: Array.from({ length: batch }, (_, n) => ({
        executionId,
        organizationId,
        seq: seq + n,
        type: 'OUTPUT_APPENDED' as const,
        payload: { text: TEXT },
        occurredAt,
      })),
    });
  },
  async studio({ executionId }, _seq, batch) {
    const at = new Date();
    const events = Array.from({ length: batch }, () => event('OUTPUT_APPENDED', { text: TEXT }, at));
    const head = await writeLog(pool, { executionId, guard: { fence: 1 }, events });
    if (!head) throw new Error('The run of the bench is in other hands.');
  },
};

/** The next number of each run: what this process has written stays. */
const written = new Map<string, number>();

answer({
  async append(args: { way: string; run: Run; batch: number; seconds: number }): Promise<number> {
    let seq = written.get(args.run.executionId) ?? args.run.lastSeq;
    const from = seq;
    const endAt = performance.now() + args.seconds * 1000;
    while (performance.now() < endAt) {
      await WAYS[args.way]!(args.run, seq + 1, args.batch);
      seq += args.batch;
    }
    written.set(args.run.executionId, seq);
    return seq - from;
  },
});
announce();
