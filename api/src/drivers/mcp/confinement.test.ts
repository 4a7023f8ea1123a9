import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Confinement, McpTarget } from '../driver.ts';
import { confine, describeIsolation, findMachinery } from './confinement.ts';
import { createMcpPort } from './mcp-port.ts';

const machinery = await findMachinery();
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
const workspace = await mkdtemp(join(tmpdir(), 'mcp-confined-'));
/** As where the studio itself is installed below the folder of temporary files. */
const program = await mkdtemp(join(tmpdir(), 'mcp-program-'));
const port = createMcpPort({ fetch });
afterAll(async () => {
  await port.close();
  await Promise.all([workspace, program].map((folder) => rm(folder, { recursive: true })));
});

const confinement: Confinement = {
  network: false,
  fileSystem: { readable: [fixtures, program], writable: [workspace] },
};
const target = (given: Confinement): McpTarget => ({
  key: JSON.stringify(given),
  serverId: 'one',
  scope: null,
  connectTimeoutMs: 15_000,
  callTimeoutMs: 15_000,
  transport: {
    type: 'stdio',
    command: 'node',
    args: [join(fixtures, 'scripted-server.mjs')],
    env: {},
    cwd: workspace,
    confinement: given,
  },
});
const reach = async (given: Confinement) =>
  JSON.parse(
    (
      await port.callTool(target(given), {
        name: 'reach',
        arguments: { paths: [workspace, fixtures, program, fileURLToPath(import.meta.url), '/root'] },
        idempotencyKey: 'k',
        signal: new AbortController().signal,
      })
    ).text,
  ) as Record<string, unknown>;

describe('[SRV-5] a confined child', () => {
  it('[SRV-5] runs wherever this machine can confine it or not, and is not told to be more confined than it is', async () => {
    const isolation = await port.isolationOf(confinement);
    expect(isolation).toEqual(describeIsolation(confinement, machinery));
    expect(await reach(confinement)).toMatchObject({
      [workspace]: true,
      [fixtures]: true,
      [program]: true,
    });
    expect(await port.isolationOf({ network: true, fileSystem: null })).toMatchObject({
      network: 'OPEN',
      fileSystem: 'SHARED',
    });
  });

  it.skipIf(machinery.bubblewrap === null)(
    '[SRV-5] sees its folders alone, no network and no process of the studio, where bubblewrap works',
    async () => {
      expect(await port.isolationOf(confinement)).toMatchObject({ network: 'NONE', fileSystem: 'PRIVATE' });
      expect(await reach(confinement)).toMatchObject({
        [workspace]: true,
        [fixtures]: true,
        [fileURLToPath(import.meta.url)]: false,
        '/root': false,
        interfaces: ['lo'],
        parent: false,
      });
      expect(await reach({ network: true, fileSystem: null })).toMatchObject({ parent: false });
    },
  );

  it('[SRV-5] is started as it is where nothing works', () => {
    const line = { command: 'node', args: ['a.js'] };
    const nothing = { bubblewrap: null, prlimit: null };
    expect(confine({ ...line, cwd: '/' }, confinement, nothing)).toEqual(line);
    expect(describeIsolation(confinement, nothing)).toMatchObject({
      environment: true,
      limits: false,
      network: 'OPEN',
      fileSystem: 'SHARED',
      user: 'SAME',
    });
  });
});
