import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openBrowser } from './setup/browser.ts';

/** A name of somebody else's that leads to this machine: what DNS rebinding makes of it. */
const FOREIGN_NAME = 'evil.test';
const PAGE = { contentType: 'text/html', body: '<!doctype html><title>A page</title>' };

const { webUrl, apiUrl } = inject('studio');
const ports = [webUrl, apiUrl].map((url) => new URL(url).port);

let browser: Browser;
let elsewhere: Server;
beforeAll(async () => {
  browser = await openBrowser([`--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`]);
  elsewhere = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': PAGE.contentType }).end(PAGE.body);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await browser.close();
  await new Promise((resolve) => elsewhere.close(resolve));
});

interface Attack {
  host: string;
  email: string;
  marker: string;
  node: string;
}

/** What came of an attack: `ack` when a socket was let in, the codes of the errors that were read, or how it failed. */
interface Outcome {
  socket: string[];
  posts: string[];
}

/** The browser did not send it, or did not show the answer: what came of it is asked of the studio. */
const isUnseen = (answer: string) => answer === 'blocked' || answer === 'opaque';

const attackOf = (host: string): Attack => ({
  host,
  email: `${randomUUID()}@example.com`,
  marker: join(tmpdir(), `drive-by-${randomUUID()}`),
  node: process.execPath,
});

/** Runs in the page: registers over a socket and by POST, then has the studio start a program that leaves a file. */
async function attackFromPage({ host, email, marker, node }: Attack): Promise<Outcome> {
  const register = {
    query: `mutation ($input: AuthRegisterInput!) { authRegister(input: $input) { __typename ... on Error { code } } }`,
    variables: { input: { email, password: 'a password of some length', name: 'E', organizationName: 'E' } },
  };
  const start = {
    query: `mutation ($input: ServerTestInput!) { serverTest(input: $input) { __typename ... on Error { code } } }`,
    variables: {
      input: {
        protocol: 'MCP',
        command: node,
        args: ['-e', `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`],
      },
    },
  };
  const codesIn = (text: string) => [...text.matchAll(/"code":"(\w+)"/g)].map((match) => match[1]!);

  const socket = await new Promise<string[]>((resolve) => {
    const seen: string[] = [];
    let answers = 0;
    const connection = new WebSocket(`ws://${host}/graphql`, 'graphql-transport-ws');
    connection.onopen = () => connection.send(JSON.stringify({ type: 'connection_init' }));
    connection.onclose = () => resolve([...seen, 'closed']);
    connection.onmessage = ({ data }: MessageEvent<string>) => {
      const { type } = JSON.parse(data) as { type: string };
      if (type === 'connection_ack') {
        seen.push('ack');
        [register, start].forEach((payload, index) =>
          connection.send(JSON.stringify({ id: String(index), type: 'subscribe', payload })),
        );
      } else if (type === 'next' || type === 'error') {
        seen.push(...codesIn(data));
        answers += 1;
        if (answers === 2) connection.close();
      }
    };
  });

  const posts: string[] = [];
  for (const body of [register, start]) {
    for (const contentType of ['application/json', 'text/plain']) {
      try {
        const response = await fetch(`http://${host}/graphql`, {
          method: 'POST',
          mode: contentType === 'text/plain' ? 'no-cors' : 'cors',
          credentials: 'include',
          headers: { 'content-type': contentType },
          body: JSON.stringify(body),
        });
        posts.push(...(response.type === 'opaque' ? ['opaque'] : codesIn(await response.text())));
      } catch {
        // The browser refuses to send it, or to show the answer.
        posts.push('blocked');
      }
    }
  }
  return { socket, posts };
}

/** A tab on a page that somebody else has written, under this address. */
async function visit(address: string): Promise<Page> {
  const page = await browser.newPage();
  // Only the page itself is theirs: everything that it asks for goes to the studio.
  await page.route(address, (route) => route.fulfill(PAGE));
  await page.goto(address);
  return page;
}

/** Nobody was registered, and no program has run. */
async function expectNothingDone({ email, marker }: Attack): Promise<void> {
  expect(existsSync(marker)).toBe(false);
  const response = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation ($input: AuthLoginInput!) { authLogin(input: $input) { ... on Error { code } } }',
      variables: { input: { email, password: 'a password of some length' } },
    }),
  });
  expect(await response.json()).toMatchObject({ data: { authLogin: { code: 'INVALID_CREDENTIALS' } } });
}

describe('[AUTH-6] a page that somebody visits', () => {
  it('[AUTH-6] gets a socket when it is our own, and is refused by name what a stranger may not do', async () => {
    const page = await browser.newPage();
    await page.goto(`${webUrl}/sign-in`);
    const attack = attackOf(new URL(webUrl).host);
    const { socket } = await page.evaluate(attackFromPage, attack);
    // The same script, so that the others are known to fail for where they come from.
    expect(socket).toEqual(['ack', 'HTTP_ONLY', 'UNAUTHENTICATED', 'closed']);
    await expectNothingDone(attack);
    await page.close();
  });

  it('[AUTH-6] of another origin can neither open a socket, nor register, nor start a program', async () => {
    const page = await visit(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    for (const host of ports.flatMap((port) => [`127.0.0.1:${port}`, `localhost:${port}`])) {
      const attack = attackOf(host);
      const { socket, posts } = await page.evaluate(attackFromPage, attack);
      expect(socket, host).toEqual(['closed']);
      expect(
        posts.filter((answer) => answer !== 'ORIGIN_REFUSED' && !isUnseen(answer)),
        host,
      ).toEqual([]);
      await expectNothingDone(attack);
    }
    await page.close();
  });

  it('[AUTH-6] under a foreign name that leads here is refused, although it asks its own host', async () => {
    for (const port of ports) {
      const host = `${FOREIGN_NAME}:${port}`;
      const page = await visit(`http://${host}/`);
      const attack = attackOf(host);
      const { socket, posts } = await page.evaluate(attackFromPage, attack);
      expect(socket, host).toEqual(['closed']);
      expect(
        posts.filter((answer) => answer !== 'HOST_REFUSED' && !isUnseen(answer)),
        host,
      ).toEqual([]);
      await expectNothingDone(attack);
      await page.close();
    }
  });
});
