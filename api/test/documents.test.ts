import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { claimExecution } from '../src/domains/execution/execution.claim.ts';
import { finishExecution } from '../src/domains/execution/execution.lifecycle.ts';
import { updateAgent } from '../src/domains/agent/agent.service.ts';
import { simulatedDirectives } from '../src/drivers/model/simulated-directives.ts';
import { createSchema } from '../src/schema.ts';
import { parse, validate } from 'graphql';
import { contextOf } from '../src/domains/context.ts';
import { openTestApp } from './setup/app.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from './setup/run.ts';
import { listSources, PROJECT_DIR } from './source/imports.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { url } = await openTestApp(testMachine);

const read = (path: string) => readFileSync(join(PROJECT_DIR, path), 'utf8');
const records = readdirSync(join(PROJECT_DIR, 'docs/decisions')).sort();
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...records.map((name) => `docs/decisions/${name}`),
  ...['api', 'architecture', 'permissions', 'requirements', 'simulated-model', 'streaming'].map(
    (name) => `docs/${name}.md`,
  ),
];
const blocksOf = (path: string, language: string) =>
  [...read(path).matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map((match) => match[1]!);

describe('The documents', () => {
  it('docs/decisions numbers each record once, without a gap', () => {
    const numbers = records.map((name) => Number(/^\d{4}(?=-)/.exec(name)?.[0]));
    expect(numbers, 'Give the newer record the next free number.').toEqual(
      records.map((_, index) => index + 1),
    );
    const titled = records.filter(
      (name) => !read(`docs/decisions/${name}`).startsWith(`# ${name.slice(0, 4)} `),
    );
    expect(titled, 'The title of a record begins with its number.').toEqual([]);
  });

  it.each(documents)('%s links to files that are there', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)#]+)(#[^)]*)?\)/g)].map((match) => match[1]!);
    const local = links.filter((link) => !/^https?:/.test(link));
    // The picture is taken of a running studio.
    const missing = local.filter((link) => !existsSync(join(PROJECT_DIR, dirname(path), link)));
    expect(missing.filter((link) => link !== 'docs/images/execution.png')).toEqual([]);
  });

  it.each(documents)('%s names only files that are there', (path) => {
    const named = [...read(path).matchAll(/`((?:api|web|prisma|scripts|examples)\/[\w./-]+\.\w+)`/g)];
    expect(named.map((match) => match[1]!).filter((file) => !existsSync(join(PROJECT_DIR, file)))).toEqual(
      [],
    );
  });

  it.each(documents)('[API-3] %s shows operations that are valid', (path) => {
    const schema = createSchema();
    for (const block of blocksOf(path, 'graphql')) expect(validate(schema, parse(block)), block).toEqual([]);
  });

  it('docs/simulated-model.md has every directive with its effect', () => {
    const table = [...read('docs/simulated-model.md').matchAll(/^\| `(\[\[.*\]\])`\s*\| (.*?)\s*\|$/gm)];
    expect(table.map(([, syntax, effect]) => ({ syntax, effect }))).toEqual(
      simulatedDirectives.map(({ syntax, effect }) => ({ syntax, effect })),
    );
  });

  it('docs/decisions/0002-dependencies.md gives a reason for each dependency, and for no other', () => {
    const manifests = ['package.json', 'api/package.json', 'web/package.json'].map(
      (path) => JSON.parse(read(path)) as Record<'dependencies' | 'devDependencies', Record<string, string>>,
    );
    const installed = new Set(
      manifests
        .flatMap(({ dependencies, devDependencies }) => Object.keys({ ...dependencies, ...devDependencies }))
        .filter((name) => !name.startsWith('@types/')),
    );
    const rows = [...read('docs/decisions/0002-dependencies.md').matchAll(/^\| (`.*?`)\s+\| \S/gm)];
    const explained = rows.flatMap(([, names]) =>
      [...names!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!),
    );
    const covers = (pattern: string, name: string) =>
      pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
    expect([...installed].filter((name) => !explained.some((pattern) => covers(pattern, name)))).toEqual([]);
    expect(explained.filter((pattern) => ![...installed].some((name) => covers(pattern, name)))).toEqual([]);
  });

  it('docs/streaming.md has every type of event', () => {
    const types = createSchema().getImplementations(
      createSchema().getType('ExecutionEvent') as never,
    ).objects;
    const table = [...read('docs/streaming.md').matchAll(/^\| `([A-Z]\w+)`/gm)].map((match) => match[1]!);
    expect(table.filter((name) => !/^[A-Z_]+$/.test(name)).sort()).toEqual(
      types.map(({ name }) => name).sort(),
    );
  });

  it('docs/api.md explains every code that an error can have', () => {
    const sources = listSources('api/src').map(read).join('\n');
    const codes = new Set(
      [
        ...sources.matchAll(
          /(?:ConflictError\([^;]*?code: |readonly code = |extensions: \{ code: |\{ code: ')'?([A-Z_]+)'/g,
        ),
      ].map((match) => match[1]!),
    );
    expect(codes.size).toBeGreaterThan(8);
    const explained = new Set(
      [...read('docs/api.md').matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1]!),
    );
    expect([...codes].filter((code) => !explained.has(code))).toEqual([]);
  });
});

describe('README.md', () => {
  const script = blocksOf('README.md', 'sh').find((block) => block.includes('text/event-stream'))!;
  /** As pasted into a shell. */
  const runScript = (env: Record<string, string>) =>
    promisify(execFile)('bash', ['-c', script], {
      env: { PATH: process.env['PATH'], STUDIO_URL: `${url}/graphql`, ...env },
    });

  it('[API-4] signs in with curl, starts a run and streams it over SSE', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer);
    await updateAgent(contextOf(machine, viewer), { id: agentId, input: { name: 'Writer' } });
    const { email } = await machine.db.user.findUniqueOrThrow({ where: { id: viewer.userId } });
    const shell = runScript({ STUDIO_EMAIL: email, STUDIO_PASSWORD: 'correct horse battery' });
    // No worker runs here: the run that the script has started is brought to its end by hand.
    const findRun = () => machine.db.taskExecution.findFirst({ where: { agentId } });
    await expect.poll(findRun, { timeout: 10_000 }).not.toBeNull();
    const { id: executionId } = (await findRun())!;
    const claim = await claimExecution(machine, { executionId, owner: 'test' });
    if (claim.status !== 'CLAIMED') throw new Error(claim.status);
    const { fence } = claim.execution;
    const outcome = { status: 'COMPLETED', output: '' } as const;
    await finishExecution(machine, { executionId, fence, outcome, events: [] });

    const { stdout } = await shell;
    const statuses = [...stdout.matchAll(/"status":"(\w+)"/g)].map((match) => match[1]);
    expect(statuses).toEqual(['QUEUED', 'RUNNING', 'COMPLETED']);
    expect(stdout).toContain('event: complete');
  });

  it('[API-4] ends with the sentence of the API when it cannot go on', async () => {
    const viewer = await seedViewer(machine);
    const { email } = await machine.db.user.findUniqueOrThrow({ where: { id: viewer.userId } });
    const wrong = runScript({ STUDIO_EMAIL: email, STUDIO_PASSWORD: 'wrong' });
    await expect(wrong).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('E-mail address or password is wrong.\n'),
    });
    expect(await machine.db.taskExecution.count({ where: { startedById: viewer.userId } })).toBe(0);

    // No agent of this organization is called Writer.
    const lost = runScript({ STUDIO_EMAIL: email, STUDIO_PASSWORD: 'correct horse battery' });
    await expect(lost).rejects.toMatchObject({ code: 1, stdout: '' });
  });
});
