import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createReaders, WATCHER_LIMITS } from './slow-reader.ts';

const LIMITS = { ...WATCHER_LIMITS, pendingBytes: 1_000_000, stalledMs: 100, lookMs: 10, graceMs: 50 };
const opened: { destroy(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.destroy()));

async function openPair(): Promise<{ writer: Socket; reader: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [writer] = await connected;
  server.close();
  opened.push(reader, writer);
  writer.on('error', () => undefined);
  return { writer, reader };
}

const isCutOff = (writer: Socket, limits: Partial<typeof LIMITS> = {}) =>
  new Promise<void>((resolve) => createReaders({ ...LIMITS, ...limits }).watch(writer, resolve));

/** More than the kernel takes for a peer that does not read. */
const TOO_MUCH = Buffer.alloc(20_000_000);

describe('a reader that has stopped reading', () => {
  it('[API-5] is cut off by time, and its connection goes', async () => {
    const { writer, reader } = await openPair();
    reader.pause();
    writer.write(TOO_MUCH);
    await isCutOff(writer, { pendingBytes: Infinity });
    await once(writer, 'close');
  });

  it('[API-5] is cut off by bytes, however long it may take', async () => {
    const { writer, reader } = await openPair();
    reader.pause();
    writer.write(TOO_MUCH);
    await isCutOff(writer, { stalledMs: Infinity });
  });

  it('[API-5] can still read why within the time of grace', async () => {
    const { writer, reader } = await openPair();
    reader.pause();
    writer.write(TOO_MUCH);
    await isCutOff(writer, { pendingBytes: Infinity, graceMs: 60_000 });
    writer.end('the reason');
    let last = Buffer.alloc(0);
    reader.on('data', (data) => (last = Buffer.concat([last.subarray(-20), data])));
    reader.resume();
    await once(reader, 'end');
    expect(last.toString().endsWith('the reason')).toBe(true);
  });

  it('[EXE-4] is told apart from one that is idle, and from one that reads', async () => {
    const { writer, reader } = await openPair();
    const stalled = await openPair();
    reader.resume();
    writer.write(TOO_MUCH);
    let isCut = false;
    const { release } = createReaders({ ...LIMITS, pendingBytes: Infinity }).watch(
      writer,
      () => (isCut = true),
    );
    stalled.reader.pause();
    stalled.writer.write(TOO_MUCH);
    await isCutOff(stalled.writer, { pendingBytes: Infinity, stalledMs: 300 });
    expect(isCut).toBe(false);
    release();
  });
});
