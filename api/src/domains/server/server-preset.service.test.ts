import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { readEnv } from '../../env.ts';
import { contextOf, type ServiceContext } from '../context.ts';
import { presetFile } from '../stdio-preset.ts';
import { mcpTargetOf } from './mcp-target.ts';
import { SHARED_CREDENTIALS } from './server.credentials.ts';
import { testServer } from './server-probe.service.ts';
import { listPresets, mayNameCommand } from './server-preset.service.ts';
import { createServer, updateServer } from './server.service.ts';

const { machine, env } = await openTestMachine({ STUDIO_STDIO: 'PRESETS' });
const folder = await mkdtemp(join(tmpdir(), 'studio-presets-'));
afterAll(() => rm(folder, { recursive: true }));

/** Ends at once: what it is started with is what matters here. */
const presets = presetFile.parse([
  {
    name: 'notes',
    title: 'Notes',
    program: process.execPath,
    args: ['-e', '0', '--root={root}', '--zone={zone}', '{label}', '{workspace}'],
    parameters: [
      { name: 'root', title: 'Root', type: 'folder', within: folder },
      { name: 'zone', title: 'Zone', type: 'enum', values: ['north', 'south'], default: 'north' },
      { name: 'label', title: 'Label', type: 'string', default: 'none' },
    ],
    environment: ['NOTES_TOKEN'],
    startLimitMs: 20_000,
  },
]);

const open = async (role: 'ADMIN' | 'MANAGER' | 'OPERATOR' = 'MANAGER'): Promise<ServiceContext> => {
  const ctx = contextOf(machine, await seedViewer(machine, role));
  return { ...ctx, settings: { ...ctx.settings, stdioPresets: presets } };
};
const row = (id: string) =>
  machine.db.serverConfiguration.findUniqueOrThrow({
    where: { id },
    include: { credentials: SHARED_CREDENTIALS },
  });
const notes = (parameters: Record<string, string>) => ({
  name: 'Notes',
  protocol: 'MCP' as const,
  preset: {
    name: 'notes',
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
  },
});
const refusal = (...path: string[]) => ({ code: 'BAD_USER_INPUT', argumentPath: ['input', ...path] });

describe('[SRV-5] a preset', () => {
  it('[SRV-5] is chosen by a MANAGER of any organization, who decides its parameters and nothing else', async () => {
    await mkdir(join(folder, 'team'), { recursive: true });
    const ctx = await open();
    const { id } = await createServer(ctx, {
      ...notes({ root: 'team', label: '{workspace}; rm -rf /' }),
      credentials: { env: { NOTES_TOKEN: 'x' } },
    });
    const workspace = join(ctx.settings.dataDir, 'workspaces', 'agent');
    const target = await mcpTargetOf(ctx, await row(id), { workspace, scope: null });
    expect(target).toMatchObject({
      connectTimeoutMs: 20_000,
      transport: {
        command: process.execPath,
        args: [
          '-e',
          '0',
          `--root=${join(folder, 'team')}`,
          '--zone=north',
          '{workspace}; rm -rf /',
          workspace,
        ],
        env: { NOTES_TOKEN: 'x' },
        cwd: workspace,
      },
    });
  });

  it.each([
    [{ root: '../..' }, ['preset', 'parameters']],
    [{ root: '/etc' }, ['preset', 'parameters']],
    [{ zone: 'north' }, ['preset', 'parameters']],
    [{ root: 'team', zone: 'west' }, ['preset', 'parameters']],
    [{ root: 'team', label: '--import=data:text/javascript,1' }, ['preset', 'parameters']],
    [{ root: 'team', other: 'x' }, ['preset', 'parameters']],
  ])('[SRV-5] refuses the parameters %j', async (parameters, path) => {
    const ctx = await open();
    await expect(createServer(ctx, notes(parameters))).rejects.toMatchObject(refusal(...path));
    await expect(
      testServer(ctx, { protocol: 'MCP', preset: notes(parameters).preset }),
    ).rejects.toMatchObject(refusal(...path));
  });

  it('[SRV-5] accepts no variable that the operator did not name, and none of them by a later change', async () => {
    const ctx = await open();
    const input = notes({ root: 'team' });
    await expect(
      createServer(ctx, { ...input, credentials: { env: { NODE_OPTIONS: '--import=data:,1' } } }),
    ).rejects.toMatchObject(refusal('credentials', 'env'));
    const { id } = await createServer(ctx, { ...input, credentials: { env: { NOTES_TOKEN: 'x' } } });
    await expect(
      updateServer(ctx, { id, input: { credentials: { env: { LD_PRELOAD: 'x' } } } }),
    ).rejects.toMatchObject(refusal('credentials', 'env'));
    const narrowed = {
      ...ctx,
      settings: { ...ctx.settings, stdioPresets: [{ ...presets[0]!, environment: [] }] },
    };
    const { transport } = await mcpTargetOf(narrowed, await row(id), {
      workspace: join(folder, 'w'),
      scope: null,
    });
    expect(transport).not.toHaveProperty('env.NOTES_TOKEN');
  });

  it('[SRV-2] wants the credentials again when its parameters change: they may say where it connects', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, {
      ...notes({ root: 'team' }),
      credentials: { env: { NOTES_TOKEN: 'x' } },
    });
    const { preset } = notes({ root: 'team', label: 'elsewhere' });
    await expect(updateServer(ctx, { id, input: { preset } })).rejects.toMatchObject(refusal('credentials'));
    await updateServer(ctx, { id, input: { preset, credentials: null } });
    expect(await row(id)).toMatchObject({ presetParameters: { root: 'team', label: 'elsewhere' } });
    await updateServer(ctx, { id, input: { preset: null, url: 'http://127.0.0.1:1/mcp' } });
    expect(await row(id)).toMatchObject({ preset: null, presetParameters: {} });
  });

  it('[SRV-5] that has vanished, or whose folder leads elsewhere, is REJECTED with what to do', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, notes({ root: 'team' }));
    const gone = { ...ctx, settings: { ...ctx.settings, stdioPresets: [] } };
    const workspace = join(folder, 'w');
    await expect(mcpTargetOf(gone, await row(id), { workspace, scope: null })).rejects.toMatchObject({
      code: 'REJECTED',
      message: 'The preset notes is not offered by this studio any more. Choose another one for this server.',
    });
    expect(await testServer(gone, { serverId: id })).toMatchObject({
      isReachable: false,
      message: expect.stringContaining('Choose another one'),
    });
    await symlink('/etc', join(folder, 'link'));
    const linked = await createServer(ctx, notes({ root: 'link' }));
    await expect(mcpTargetOf(ctx, await row(linked.id), { workspace, scope: null })).rejects.toMatchObject({
      code: 'REJECTED',
    });
  });

  it('[SRV-5] is not offered, saved, tested or started where stdio is OFF', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, notes({ root: 'team' }));
    const off = { ...ctx, settings: { ...ctx.settings, stdioMode: 'OFF' as const } };
    expect(listPresets(off)).toEqual([]);
    await expect(createServer(off, notes({ root: 'team' }))).rejects.toMatchObject(refusal('preset'));
    const { preset } = notes({ root: 'team' });
    await expect(testServer(off, { protocol: 'MCP', preset })).rejects.toMatchObject(refusal('preset'));
    expect(await testServer(off, { serverId: id })).toMatchObject({
      isReachable: false,
      message: expect.stringContaining('STUDIO_STDIO'),
    });
  });

  it('[SRV-5] is told to whoever may create servers; a command is for few', async () => {
    const ctx = await open();
    expect(listPresets(ctx).map(({ name }) => name)).toEqual(['notes']);
    await expect(async () => listPresets(await open('OPERATOR'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const admin = contextOf(machine, await seedViewer(machine, 'ADMIN', { isOperator: true }));
    const settings = { ...admin.settings, stdioMode: 'ADMIN' as const };
    const manager = contextOf(machine, await seedMember(machine, admin.viewer!.organizationId, 'MANAGER'));
    const stranger = await open('ADMIN');
    const allowed = [{ ...admin, settings }, { ...manager, settings }, { ...stranger, settings }, admin].map(
      (who) => mayNameCommand(who),
    );
    expect(await Promise.all(allowed)).toEqual([true, false, false, false]);
  });
});

describe('[START-4] the settings', () => {
  const given = {
    DATABASE_URL: env.DATABASE_URL,
    REDIS_URL: env.REDIS_URL,
    STUDIO_ENCRYPTION_KEY: env.STUDIO_ENCRYPTION_KEY,
  };

  it('[SRV-5] switch stdio off when STUDIO_STDIO is empty or OFF; PRESETS when it is left out', () => {
    expect(
      ['', ' ', 'OFF', undefined].map((mode) => readEnv({ ...given, STUDIO_STDIO: mode }).STUDIO_STDIO),
    ).toEqual(['OFF', 'OFF', 'OFF', 'PRESETS']);
  });

  it('[START-4] name every fault of the file of presets with the others', async () => {
    const path = join(folder, 'presets.json');
    await writeFile(
      path,
      JSON.stringify([
        { name: 'ok', title: 'Fine', program: 'node' },
        { name: 'Bad Name', title: '', program: 'node', args: ['{nobody}'], shell: true },
        {
          name: 'ok',
          title: 'Twice',
          program: 'node',
          parameters: [{ name: 'a', title: 'A', type: 'enum' }],
        },
        {
          name: 'regex',
          title: 'R',
          program: 'x',
          startLimitMs: 5,
          parameters: [{ name: 'a', title: 'A', type: 'string', pattern: '(' }],
        },
      ]),
    );
    const faults = () =>
      readEnv({ ...given, LOG_LEVEL: 'loud', STUDIO_STDIO: 'ALL', STUDIO_STDIO_PRESETS: path });
    for (const part of [
      'LOG_LEVEL',
      'STUDIO_STDIO must be',
      '1.name',
      '1.title',
      '2.parameters.0.values',
      '3.startLimitMs',
      '3.parameters.0.pattern',
    ]) {
      expect(faults).toThrow(part);
    }
    expect(() => readEnv({ ...given, STUDIO_STDIO_PRESETS: join(folder, 'none.json') })).toThrow('ENOENT');
    await writeFile(path, '{');
    expect(() => readEnv({ ...given, STUDIO_STDIO_PRESETS: path })).toThrow('holds no JSON');
  });
});
