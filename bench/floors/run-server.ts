/**
 * The floor of a run, its server: a prompt comes over WebSocket, becomes a row and a job, and what the worker says of it goes
 * back. No GraphQL, no rights, no plan, no audit.
 */
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type WebSocket, WebSocketServer } from 'ws';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { RUN_CHANNEL, RUN_QUEUE, type RunJob, type RunPiece } from '../runs/reply.ts';

const url = required('REDIS_URL');
const name = required('NAME');
const pool = new pg.Pool({ connectionString: required('DATABASE_URL'), max: 20 });
await pool.query('CREATE SCHEMA IF NOT EXISTS bench');
await pool.query('CREATE TABLE IF NOT EXISTS bench.run ("id" text PRIMARY KEY, "prompt" text NOT NULL)');
await pool.query(`CREATE TABLE IF NOT EXISTS bench.piece ("runId" text, "seq" int, "text" text NOT NULL, "at" timestamptz DEFAULT now(),
                                                          PRIMARY KEY ("runId", "seq"))`);
const queue = new Queue<RunJob>(`${RUN_QUEUE}-${name}`, {
  connection: new Redis(url, { maxRetriesPerRequest: null }),
  defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
});
const subscriber = new Redis(url);
await subscriber.subscribe(`${RUN_CHANNEL}${name}`);
const waiting = new Map<string, WebSocket>();
subscriber.on('message', (_channel: string, message: string) => {
  const { runId, text, isEnd } = JSON.parse(message) as RunPiece;
  waiting.get(runId)?.send(JSON.stringify({ id: runId, type: isEnd ? 'complete' : 'next', text }));
  if (isEnd) waiting.delete(runId);
});

async function run(socket: WebSocket, { id, prompt }: { id: string; prompt: string }): Promise<void> {
  waiting.set(id, socket);
  await pool.query({
    name: 'run',
    text: 'INSERT INTO bench.run ("id", "prompt") VALUES ($1, $2)',
    values: [id, prompt],
  });
  await queue.add('run', { runId: id, prompt });
  socket.send(JSON.stringify({ id, type: 'accepted' }));
}

const server: WebSocketServer = new WebSocketServer(
  { port: 0, host: '127.0.0.1', perMessageDeflate: false },
  () => announce({ port: (server.address() as AddressInfo).port }),
);
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const spoken = JSON.parse(data.toString()) as { type: string; id: string; prompt: string };
    if (spoken.type === 'run') void run(socket, spoken);
    else socket.send('{"type":"connection_ack"}');
  });
});
