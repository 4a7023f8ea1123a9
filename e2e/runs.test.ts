import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiClient, openApiClient, type RunEvent, runPrompt } from './setup/api-client.ts';

const run = promisify(execFile);
const studio = inject('studio');
let api: ApiClient;
beforeAll(async () => {
  api = await openApiClient();
});
afterAll(() => api.close());

const types = (events: RunEvent[]) => new Set(events.map(({ __typename }) => __typename));
const seqs = (events: RunEvent[]) => events.map(({ seq }) => seq);
const gapFree = (events: RunEvent[]) => events.map((_, index) => index + 1);

/** What a watcher shows who follows the rule of retraction. */
function outputOf(events: RunEvent[]): string {
  let kept: RunEvent[] = [];
  for (const event of events) {
    if (event.__typename === 'OutputRetracted') kept = kept.filter(({ seq }) => seq < event.fromSeq!);
    else if (event.__typename === 'OutputAppended') kept.push(event);
  }
  return kept.map(({ text }) => text).join('');
}

describe('a run of the demo', () => {
  it('[START-5] completes with every kind of event, and two watchers and a later one see the same', async () => {
    const executionId = await runPrompt(api, 'Writer', 'Write a short poem about the sea into a file.');
    let joinNow: () => void = () => undefined;
    const halfway = new Promise<void>((resolve) => (joinNow = resolve));
    const first = api.watch(executionId, { onEvent: ({ seq }) => seq === 20 && joinNow() });
    await halfway;
    const second = api.watch(executionId);
    const events = await first;
    expect(await second).toEqual(events);
    expect(await api.watch(executionId)).toEqual(events);
    expect(seqs(events)).toEqual(gapFree(events));
    expect(events.at(-1)).toMatchObject({ __typename: 'StatusChanged', status: 'COMPLETED' });
    for (const type of [
      'OutputAppended',
      'ToolCallUpdated',
      'FileChanged',
      'TodosUpdated',
      'UsageUpdated',
      'StatusChanged',
    ]) {
      expect(types(events)).toContain(type);
    }
    const changed = events.find(({ __typename }) => __typename === 'FileChanged')!;
    const files = await readdir(join(studio.dataDir, 'workspaces'), { recursive: true });
    expect(files.some((file) => file.endsWith(changed.path!))).toBe(true);
  });

  it('[EXE-5] stops within two seconds when a person cancels', async () => {
    const executionId = await runPrompt(api, 'Writer', 'Tell a long story. [[notools]] [[long:60]]');
    let cancelledAt = 0;
    const events = await api.watch(executionId, {
      onEvent: (event) => {
        if (event.__typename !== 'OutputAppended' || cancelledAt) return;
        cancelledAt = Date.now();
        void api.send(`mutation ($id: ID!) { executionCancel(input: { executionId: $id }) { __typename } }`, {
          id: executionId,
        });
      },
    });
    expect(events.at(-1)).toMatchObject({ status: 'CANCELLED' });
    expect(Date.now() - cancelledAt).toBeLessThan(2_000);
    expect(await api.watch(executionId)).toEqual(events);
  });

  it('[EXE-1] fails with SERVER_UNREACHABLE when the server is dead', async () => {
    const { serverCreate } = await api.send<{ serverCreate: { server: { id: string; status: string } } }>(
      `mutation { serverCreate(input: { name: "Dead", protocol: MCP, url: "http://127.0.0.1:9/mcp" }) {
        ... on ServerCreatePayload { server { id status } } ... on Error { message } } }`,
    );
    expect(serverCreate.server.status).toBe('OFFLINE');
    const { modelProviders, servers } = await api.send<
      Record<'modelProviders' | 'servers', { edges: { node: { id: string } }[] }>
    >(
      `{ modelProviders { edges { node { id } } }
         servers(filter: { name: { equals: "Workspace files" } }) { edges { node { id } } } }`,
    );
    const { agentCreate } = await api.send<{ agentCreate: { agent: { id: string } } }>(
      `mutation ($input: AgentCreateInput!) { agentCreate(input: $input) { ... on AgentCreatePayload { agent { id } } ... on Error { message } } }`,
      {
        input: {
          name: 'Stranded',
          role: 'WORKER',
          serverId: servers.edges[0]!.node.id,
          modelProviderId: modelProviders.edges[0]!.node.id,
        },
      },
    );
    await api.send(`mutation ($id: ID!) { agentValidate(input: { agentId: $id }) { __typename } }`, {
      id: agentCreate.agent.id,
    });
    // It was reachable when it was validated.
    await api.send(`mutation ($input: AgentUpdateInput!) { agentUpdate(input: $input) { __typename } }`, {
      input: { agentId: agentCreate.agent.id, serverId: serverCreate.server.id },
    });
    const executionId = await runPrompt(api, 'Stranded', 'Do something.');
    const events = await api.watch(executionId);
    expect(events.at(-1)).toMatchObject({ status: 'FAILED', failureReason: 'SERVER_UNREACHABLE' });
  });
});

describe('losing processes', () => {
  /** Processes of the studio that run this program. */
  async function pidsOf(program: string): Promise<number[]> {
    const { stdout } = await run('ps', ['-eo', 'pid=,ppid=,args=']);
    return stdout
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
      .filter(
        (match) => match !== null && Number(match[2]) === studio.launcherPid && match[3]!.includes(program),
      )
      .map((match) => Number(match![1]));
  }

  it('[EXE-6] goes on when every worker is killed in the middle of a run, and tells nothing twice', async () => {
    const executionId = await runPrompt(api, 'Writer', 'Write about mountains into a file. [[long:4]]');
    let kill: () => void = () => undefined;
    const midway = new Promise<void>((resolve) => (kill = resolve));
    let outputs = 0;
    const watching = api.watch(executionId, {
      onEvent: ({ __typename }) => {
        if (__typename === 'OutputAppended' && ++outputs === 30) kill();
      },
    });
    await midway;
    for (const pid of await pidsOf('worker.js')) process.kill(pid, 'SIGKILL');
    const events = await watching;
    expect(events.at(-1)).toMatchObject({ status: 'COMPLETED' });
    expect(seqs(events)).toEqual(gapFree(events));
    const { execution } = await api.send<{ execution: { output: string } }>(
      `query ($id: ID!) { execution(id: $id) { output } }`,
      {
        id: executionId,
      },
    );
    expect(outputOf(events).endsWith(execution.output)).toBe(true);
    const calls = events.filter(({ callStatus }) => callStatus === 'RUNNING').map(({ callId }) => callId);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it('[EXE-4] lets a watcher resume after the API was killed', async () => {
    const executionId = await runPrompt(api, 'Writer', 'Tell a story. [[notools]] [[long:6]]');
    const seen: RunEvent[] = [];
    let drop: () => void = () => undefined;
    const some = new Promise<void>((resolve) => (drop = resolve));
    const cut = api.watch(executionId, {
      onEvent: (event) => {
        seen.push(event);
        if (seen.length === 10) drop();
      },
    });
    const broken = cut.then(
      () => 'ended',
      () => 'broken',
    );
    await some;
    for (const pid of await pidsOf('main.js')) process.kill(pid, 'SIGKILL');
    expect(await broken).toBe('broken');
    await expect
      .poll(async () => (await fetch(`${studio.apiUrl}/ready`).catch(() => null))?.status, {
        timeout: 30_000,
      })
      .toBe(200);
    const again = await openApiClient();
    const rest = await again.watch(executionId, { after: seen.at(-1)!.seq });
    const all = [...seen, ...rest];
    expect(seqs(all)).toEqual(gapFree(all));
    expect(all.at(-1)).toMatchObject({ status: 'COMPLETED' });
    await again.close();
  });
});
