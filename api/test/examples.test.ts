import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ringLog } from '../src/domains/execution/execution.bell.ts';
import { claimExecution } from '../src/domains/execution/execution.claim.ts';
import { finishExecution } from '../src/domains/execution/execution.lifecycle.ts';
import { event, writeLog } from '../src/domains/execution-event/execution-event.log.ts';
import { globalId } from '../src/graphql/ids.ts';
import { openTestApp } from './setup/app.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedRun } from './setup/run.ts';
import { PROJECT_DIR } from './source/imports.ts';

// The way that can be cut has a port of its own.
const testMachine = await openTestMachine({ STUDIO_ALLOWED_HOSTS: '127.0.0.1' });
const { machine } = testMachine;
const { app, tokenOf, url } = await openTestApp(testMachine);

type NewEvent = Parameters<typeof writeLog>[1]['events'][number];
type Outcome = Parameters<typeof finishExecution>[1]['outcome'];

const COMPLETED: Outcome = { status: 'COMPLETED', output: '' };
const FAILED: Outcome = {
  status: 'FAILED',
  failureReason: 'MODEL_ERROR',
  failureMessage: 'The model refused.',
  output: null,
};
const said = (text: string): NewEvent => event('OUTPUT_APPENDED', { text }, new Date());

/** A run that is at work: its log holds its first two events. */
async function startRun() {
  const { executionId, viewer } = await seedRun(machine);
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { fence, organizationId } = claim.execution;
  return {
    id: globalId('TaskExecution', executionId),
    token: await tokenOf(viewer),
    async append(added: NewEvent) {
      const head = await writeLog(machine.sql, { executionId, guard: { fence }, events: [added] });
      ringLog(machine, executionId, { organizationId, lastSeq: head!.lastSeq });
    },
    end: (outcome: Outcome) => finishExecution(machine, { executionId, fence, outcome, events: [] }),
  };
}

/** A way to the API that can be cut: every connection ends, and the next one works. */
async function openCuttableWay(): Promise<{ url: string; cut(): void }> {
  const open = new Set<{ destroy(): void }>();
  const proxy = createServer((client) => {
    const server = connect(app.port, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = () => open.forEach((socket) => socket.destroy());
  onTestFinished(() => {
    cut();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`, cut };
}

interface Program {
  lines: string[];
  errors(): string;
  /** Resolves when it has printed so many lines. */
  hasPrinted(count: number): Promise<void>;
  exit: Promise<number>;
}

function runExample(name: string, env: { url: string; token: string }, executionId: string): Program {
  const [command, args] = name.endsWith('.sh') ? ['bash', []] : [process.execPath, []];
  const child = execFile(command, [...args, join(PROJECT_DIR, 'examples', name), executionId], {
    env: { PATH: process.env['PATH'], STUDIO_URL: env.url, STUDIO_TOKEN: env.token },
  });
  onTestFinished(() => void child.kill());
  let output = '';
  let errors = '';
  child.stdout!.on('data', (chunk: string) => (output += chunk));
  child.stderr!.on('data', (chunk: string) => (errors += chunk));
  const lines = () => output.split('\n').filter(Boolean);
  return {
    get lines() {
      return lines();
    },
    errors: () => errors,
    hasPrinted: (count) => expect.poll(() => lines().length, { timeout: 10_000 }).toBe(count),
    exit: new Promise((resolve) => child.on('exit', (code) => resolve(code ?? -1))),
  };
}

const seqsOf = (lines: string[]) => lines.map((line) => Number(/"seq":(\d+)/.exec(line)?.[1]));

describe.each(['watch-execution.mjs', 'watch-execution.sh'])('examples/%s', (name) => {
  it(`[API-8] ${name} prints every event once, though its connection breaks`, async () => {
    const run = await startRun();
    const way = await openCuttableWay();
    const program = runExample(name, { url: way.url, token: run.token }, run.id);
    await run.append(said('before'));
    await program.hasPrinted(3);
    way.cut();
    await run.append(said('meanwhile'));
    await run.end(COMPLETED);
    expect(await program.exit, program.errors()).toBe(0);
    expect(seqsOf(program.lines)).toEqual([1, 2, 3, 4, 5]);
    expect(program.lines.join('\n')).toContain('meanwhile');
  });

  it(`[API-8] ${name} fails when the run does, and says why it cannot watch`, async () => {
    const run = await startRun();
    await run.end(FAILED);
    const failed = runExample(name, { url: `${url}/graphql`, token: run.token }, run.id);
    expect(await failed.exit).toBe(1);
    expect(failed.lines.at(-1)).toContain('FAILED');

    const foreign = await startRun();
    const refused = runExample(name, { url: `${url}/graphql`, token: foreign.token }, run.id);
    expect(await refused.exit).toBe(1);
    expect(refused.errors()).toContain('There is no such execution');
    expect(refused.lines).toEqual([]);
  });
});

describe('examples/watch-execution.html', () => {
  it('[API-8] shows the output and the status of a run, without what was retracted', async () => {
    const html = await readFile(join(PROJECT_DIR, 'examples/watch-execution.html'), 'utf8');
    const run = await startRun();
    const { window } = new JSDOM(html, {
      runScripts: 'dangerously',
      beforeParse: (page) => Object.assign(page, { fetch, TextDecoder, TypeError }),
    });
    onTestFinished(() => window.close());
    const { document } = window;
    const values = { url: `${url}/graphql`, token: run.token, executionId: run.id };
    for (const [name, value] of Object.entries(values)) {
      document.querySelector(`[name=${name}]`)!.value = value;
    }
    document.querySelector('button')!.click();
    await run.append(said('Good '));
    await run.append(said('night'));
    await run.append(event('OUTPUT_RETRACTED', { fromSeq: 4 }, new Date()));
    await run.append(said('morning'));
    await run.end(COMPLETED);
    const status = () => document.querySelector('[role=status]')!.textContent;
    await expect.poll(status, { timeout: 10_000 }).toBe('COMPLETED');
    expect(document.querySelector('pre')!.textContent).toBe('Good morning');
    expect([...document.querySelectorAll('li')].map((item) => item.textContent)).toEqual([
      'StatusChanged',
      'StatusChanged',
      'OutputAppended',
      'OutputAppended',
      'OutputRetracted',
      'OutputAppended',
      'StatusChanged',
    ]);
  });
});
