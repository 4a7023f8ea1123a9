import { Pool } from 'undici';
import { RUN_MUTATION, RUN_SUBSCRIPTION } from './documents.ts';
import { WatcherSocket } from '../fan-out/watcher-socket.ts';

/** What came of a run so far, for whoever waits for it. */
export interface Watcher {
  onText(text: string): void;
  onEnd(): void;
}

/** Starts runs and hears what they say, as one page of a client does: HTTP and one socket. */
export interface RunClient {
  /** Resolves when the server has accepted it. */
  start(prompt: string, watcher: Watcher): Promise<void>;
  close(): Promise<void>;
}

interface Told {
  id?: string;
  type: string;
  text?: string;
  payload?: { data?: { executionEvents: { __typename: string; text?: string } } };
}

async function openSocket(port: number, onMessage: (told: Told) => void): Promise<WatcherSocket> {
  const socket = await WatcherSocket.open(port, '/graphql');
  socket.listen((message) => onMessage(JSON.parse(message.toString()) as Told));
  return socket;
}

/** The protocol of the floors: prompt and pieces on one socket. */
export async function openPlainClient(port: number): Promise<RunClient> {
  const runs = new Map<string, { watcher: Watcher; accepted: () => void }>();
  const socket = await openSocket(port, ({ id, type, text }) => {
    const run = runs.get(id ?? '');
    // A short run may end before its acceptance is told, so what is over stays known.
    if (type === 'accepted') run?.accepted();
    else if (type === 'next') run?.watcher.onText(text ?? '');
    else if (type === 'complete') run?.watcher.onEnd();
  });
  return {
    start: (prompt, watcher) =>
      new Promise((accepted) => {
        const id = crypto.randomUUID();
        runs.set(id, { watcher, accepted });
        socket.send({ type: 'run', id, prompt });
      }),
    close: async () => socket.close(),
  };
}

interface RunAnswer {
  data?: { agentRun: { execution?: { id: string }; message?: string } };
  errors?: unknown[];
}

/** The product: a mutation over HTTP, then a subscription over the socket that is open anyway. Agents in turns. */
export async function openStudioClient(args: {
  port: number;
  token: string;
  agentIds: readonly string[];
}): Promise<RunClient> {
  const { port, token, agentIds } = args;
  const pool = new Pool(`http://127.0.0.1:${port}`, { pipelining: 1, connections: 32 });
  const runs = new Map<string, Watcher>();
  let acknowledge = () => {};
  const isAcknowledged = new Promise<void>((resolve) => (acknowledge = resolve));
  const socket = await openSocket(port, ({ id, type, payload }) => {
    if (type === 'connection_ack') return acknowledge();
    const watcher = runs.get(id ?? '');
    if (type === 'next') {
      const event = payload?.data?.executionEvents;
      if (event?.__typename === 'OutputAppended') watcher?.onText(event.text ?? '');
    } else if (type === 'complete') {
      runs.delete(id!);
      watcher?.onEnd();
    } else if (type === 'error') {
      throw new Error(`The studio refused a subscription: ${JSON.stringify(payload)}`);
    }
  });
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  await isAcknowledged;
  let turn = 0;
  return {
    async start(prompt, watcher) {
      turn += 1;
      const id = String(turn);
      const input = { agentId: agentIds[turn % agentIds.length], prompt };
      const { body } = await pool.request({
        path: '/graphql',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: RUN_MUTATION, variables: { input } }),
      });
      const { data, errors } = (await body.json()) as RunAnswer;
      const executionId = data?.agentRun.execution?.id;
      if (!executionId) throw new Error(`No run was started: ${JSON.stringify(errors ?? data)}`);
      runs.set(id, watcher);
      socket.send({
        id,
        type: 'subscribe',
        payload: { query: RUN_SUBSCRIPTION, variables: { executionId } },
      });
    },
    async close() {
      socket.close();
      await pool.close();
    },
  };
}
