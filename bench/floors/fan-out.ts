/**
 * The floor of the fan-out: a message of Redis becomes one text, and each socket gets it by `ws.send`. It speaks as much of
 * graphql-transport-ws as the watchers need; there is no GraphQL, no log and nobody's rights.
 */
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { type WebSocket, WebSocketServer } from 'ws';
import { channelOf, type PublishedEvent } from '../fan-out/document.ts';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';

interface Spoken {
  id?: string;
  type: string;
  payload?: { variables?: { executionId: string } };
}

const redis = new Redis(required('REDIS_URL'));
const watchers = new Map<string, Map<WebSocket, string>>();

redis.on('message', (channel: string, message: string) => {
  const { seq, occurredAt, text } = JSON.parse(message) as PublishedEvent;
  const executionEvents = { __typename: 'OutputAppended', seq, occurredAt, text };
  // All watchers of the bench call their operation the same.
  const frame = JSON.stringify({ id: '1', type: 'next', payload: { data: { executionEvents } } });
  for (const socket of watchers.get(channel)?.keys() ?? []) socket.send(frame);
});

async function watch(socket: WebSocket, { id, payload }: Spoken): Promise<void> {
  const channel = channelOf(payload!.variables!.executionId);
  const sockets = watchers.get(channel) ?? new Map<WebSocket, string>();
  watchers.set(channel, sockets.set(socket, id!));
  socket.on('close', () => sockets.delete(socket));
  if (sockets.size === 1) await redis.subscribe(channel);
}

const server: WebSocketServer = new WebSocketServer(
  { port: 0, host: '127.0.0.1', perMessageDeflate: false },
  () => announce({ port: (server.address() as AddressInfo).port }),
);
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const spoken = JSON.parse(data.toString()) as Spoken;
    if (spoken.type === 'connection_init') socket.send('{"type":"connection_ack"}');
    if (spoken.type === 'subscribe') void watch(socket, spoken);
  });
});
