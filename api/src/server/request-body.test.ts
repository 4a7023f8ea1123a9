import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { MAX_BODY_BYTES } from './request-body.ts';

const testMachine = await openTestMachine();
const { url } = await openTestApp(testMachine);
const OPERATION = JSON.stringify({ query: '{ viewer { id } }' });

interface Answer {
  status: number | undefined;
  body: { data?: unknown; errors?: { extensions: { code: string; requestId: string } }[] };
}

/** Sends a body without stating its length. */
const sendChunked = (parts: readonly string[]): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(`${url}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'x-request-id': 'a-large-request' },
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response
        .on('data', (part: Buffer) => (text += part.toString()))
        .on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) as Answer['body'] }));
    });
    for (const part of parts) sent.write(part);
    sent.end();
  });

describe('the size of a body', () => {
  it('[API-5] is counted while a body without a stated length arrives', async () => {
    const blank = ' '.repeat(100_000);
    const { status, body } = await sendChunked([OPERATION, ...Array<string>(50).fill(blank)]);
    expect(status).toBe(413);
    // Without the blanks it would be an operation; it is none when it was refused.
    expect(body).toEqual({
      errors: [
        {
          message: expect.any(String),
          extensions: { code: 'REQUEST_TOO_LARGE', requestId: 'a-large-request' },
        },
      ],
    });
  });

  it('[API-5] may be all of the limit', async () => {
    const blank = ' '.repeat(MAX_BODY_BYTES - OPERATION.length);
    expect(await sendChunked([OPERATION, blank])).toMatchObject({
      status: 200,
      body: { data: { viewer: null } },
    });
  });

  it('[API-5] closes the connection of who was refused', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let text = '';
    const isClosed = new Promise<void>((resolve, reject) => {
      socket
        .on('data', (part) => (text += part.toString()))
        .on('end', resolve)
        .on('error', reject);
    });
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${MAX_BODY_BYTES + 1}\r\n\r\n`,
    );
    await isClosed;
    expect(text).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });
});
