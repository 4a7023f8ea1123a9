/** Watchers of one run, and who writes its events: in one process, so that both read the same clock. */
import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS_SUBSCRIPTION } from '../fan-out/document.ts';
import { type Published, type Publisher, publishToLog, publishToRedis } from '../fan-out/publisher.ts';
import { WatcherSocket } from '../fan-out/watcher-socket.ts';
import { announce, answer } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { quantile } from '../harness/statistics.ts';

export interface Watching {
  port: number;
  path: string;
  watchers: number;
  token: string | null;
  /** What they subscribe to; null: they only hold their socket open. */
  run: { globalId: string; after: number } | null;
}

export interface Delivered {
  events: number;
  messages: number;
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** Of one publication, until its events are told; of a log, until they are durable. */
  writingMs: number;
  /** From then on. */
  p50ToldMs: number;
}

/** As long as a piece of a streamed reply is. */
const TEXT = 'a few words of what the model says ';
const POLL_MS = 1;
/** Nobody takes this long; whoever does has lost a message. */
const DELIVERY_TIMEOUT_MS = 60_000;

/** Events of one append. */
const FILL_BATCH = 500;

const REST_MS = 1_500;

const sockets: WatcherSocket[] = [];
/** How many events each has got since the last reset. */
let counts: number[] = [];
let sentAt: number[] = [];
let latencies: number[] = [];
/** By event: when it was told; its arrival may be known before. */
let toldAt: number[] = [];
let writings: number[] = [];
let arrivals: { event: number; at: number }[] = [];
let failure: Error | null = null;
let publisher: Publisher | null = null;

async function openWatcher(index: number, watching: Watching): Promise<void> {
  const socket = await WatcherSocket.open(watching.port, watching.path);
  sockets.push(socket);
  socket.onFailure((error) => (failure ??= error));
  const isAcknowledged = new Promise<void>((resolve) => {
    socket.listen((message, at) => {
      const head = message.toString('latin1', 0, 40);
      if (head.includes('"next"')) return count(index, at);
      if (head.includes('connection_ack')) return resolve();
      if (!head.includes('"ping"')) failure ??= new Error(`A watcher was told ${message.toString()}`);
    });
  });
  const authorization = watching.token && `Bearer ${watching.token}`;
  socket.send({ type: 'connection_init', payload: authorization ? { authorization } : {} });
  await isAcknowledged;
  if (!watching.run) return;
  const { globalId: executionId, after } = watching.run;
  const payload = { query: EVENTS_SUBSCRIPTION, variables: { executionId, after } };
  socket.send({ id: '1', type: 'subscribe', payload });
}

function count(index: number, at: number): void {
  const event = counts[index]!;
  latencies.push(at - sentAt[event]!);
  arrivals.push({ event, at });
  counts[index]! += 1;
}

const fewest = (): number => {
  if (failure) throw failure;
  return Math.min(...counts);
};

async function untilDelivered(events: number): Promise<void> {
  const deadline = performance.now() + DELIVERY_TIMEOUT_MS;
  while (fewest() < events) {
    if (performance.now() > deadline)
      throw new Error(`Of ${events} events some watcher got ${fewest()} only.`);
    await delay(POLL_MS);
  }
}

async function publish(many: number): Promise<void> {
  const now = performance.now();
  for (let n = 0; n < many; n += 1) sentAt.push(now);
  const texts = Array.from({ length: many }, (_, n) => `${sentAt.length + n} ${TEXT}`);
  const told = await publisher!.publish(texts);
  writings.push(told - now);
  for (let n = 0; n < many; n += 1) toldAt.push(told);
}

function reset(): void {
  counts = counts.map(() => 0);
  sentAt = [];
  latencies = [];
  toldAt = [];
  writings = [];
  arrivals = [];
}

const delivered = (startedAt: number): Delivered => ({
  events: sentAt.length,
  messages: latencies.length,
  seconds: (performance.now() - startedAt) / 1000,
  p50Ms: quantile(latencies, 0.5),
  p99Ms: quantile(latencies, 0.99),
  writingMs: quantile(writings, 0.5),
  p50ToldMs: quantile(
    arrivals.map(({ event, at }) => at - toldAt[event]!),
    0.5,
  ),
});

answer({
  async open(watching: Watching) {
    const from = sockets.length;
    counts.push(...Array.from({ length: watching.watchers }, () => 0));
    for (let n = 0; n < watching.watchers; n += 1) await openWatcher(from + n, watching);
  },
  /** Where `flow` and `pace` write; a first event proves that everybody listens. */
  async connect({ to, ...published }: Published & { to: 'log' | 'redis' }) {
    publisher =
      to === 'redis'
        ? publishToRedis(required('REDIS_URL'), published)
        : publishToLog({ database: required('DATABASE_URL'), redis: required('REDIS_URL') }, published);
    // A subscription over Redis says nothing when it is there.
    await delay(500);
    reset();
    await publish(1);
    await untilDelivered(1);
  },
  /** As fast as the slowest watcher follows, at most `ahead` events in front of it. */
  async flow(args: { seconds: number; batch: number; ahead: number }): Promise<Delivered> {
    reset();
    const startedAt = performance.now();
    const endAt = startedAt + args.seconds * 1000;
    while (performance.now() < endAt) {
      if (sentAt.length - fewest() < args.ahead) await publish(args.batch);
      else await delay(POLL_MS);
    }
    await untilDelivered(sentAt.length);
    return delivered(startedAt);
  },
  /** Makes the log longer, for `replay`. */
  async fill(events: number): Promise<void> {
    for (let left = events; left > 0; left -= FILL_BATCH) await publish(Math.min(left, FILL_BATCH));
  },
  /** From the subscription of a new watcher until it has so many events. */
  async replay({ watching, events }: { watching: Watching; events: number }): Promise<void> {
    const index = sockets.length;
    counts[index] = 0;
    await openWatcher(index, watching);
    await untilDelivered(events);
    sockets.pop()!.close();
    counts.pop();
  },
  /** One event after a silence, again and again. */
  async pace(args: { events: number; paceMs: number }): Promise<Delivered> {
    reset();
    const startedAt = performance.now();
    for (let n = 0; n < args.events; n += 1) {
      await publish(1);
      await delay(args.paceMs);
    }
    await untilDelivered(sentAt.length);
    return delivered(startedAt);
  },
  /** Until the server has seen what was sent to it last. */
  rest: () => delay(REST_MS),
  async close() {
    for (const socket of sockets.splice(0)) socket.close();
    counts = [];
    await publisher?.close();
    publisher = null;
  },
});
announce();
