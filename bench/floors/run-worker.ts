/** The floor of a run, its worker: calls the driver and tells each piece, with a row for each first when LOG is `rows`. */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { streamSimulated } from '../../api/src/drivers/model/simulated.ts';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { RUN_CHANNEL, RUN_QUEUE, type RunJob, type RunPiece } from '../runs/reply.ts';
import { modelRequest } from '../runs/model-request.ts';

const url = required('REDIS_URL');
const name = required('NAME');
const hasLog = required('LOG') === 'rows';
const pool = new pg.Pool({ connectionString: required('DATABASE_URL'), max: 20 });
const publisher = new Redis(url);
const tell = (piece: RunPiece) => publisher.publish(`${RUN_CHANNEL}${name}`, JSON.stringify(piece));

const worker = new Worker<RunJob>(
  `${RUN_QUEUE}-${name}`,
  async ({ data: { runId, prompt } }) => {
    let seq = 0;
    for await (const chunk of streamSimulated(modelRequest(prompt))) {
      if (chunk.type !== 'text') continue;
      seq += 1;
      if (hasLog) {
        await pool.query({
          name: 'piece',
          text: 'INSERT INTO bench.piece ("runId", "seq", "text") VALUES ($1, $2, $3)',
          values: [runId, seq, chunk.text],
        });
      }
      await tell({ runId, text: chunk.text, isEnd: false });
    }
    await tell({ runId, text: '', isEnd: true });
  },
  { connection: new Redis(url, { maxRetriesPerRequest: null }), concurrency: 20 },
);
await worker.waitUntilReady();
announce();
