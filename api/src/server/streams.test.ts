import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedMember } from '../../test/setup/run.ts';
import { output, seedRunningRun } from '../../test/setup/running-run.ts';
import { event } from '../domains/execution-event/execution-event.log.ts';
import { globalId } from '../graphql/ids.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { post, tokenOf, socket, url } = await openTestApp(testMachine);

const EVENTS = `subscription ($id: ID!, $after: Int) {
  executionEvents(executionId: $id, after: $after) {
    __typename id seq occurredAt
    ... on StatusChanged { status }
    ... on OutputAppended { text }
    ... on ToolCallUpdated { toolName result }
  }
}`;

interface Delivery {
  data?: {
    executionEvents: { __typename: string; seq: number; text?: string; result?: string | null } | null;
  } | null;
  errors?: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions?: { code?: string };
  }[];
}

async function runningRun() {
  const run = await seedRunningRun(machine);
  return { ...run, token: await tokenOf(run.viewer) };
}

/** Everything a WebSocket watcher receives until its stream ends. */
function watch(token: string | null, id: string, onNext?: (delivery: Delivery) => void): Promise<Delivery[]> {
  const seen: Delivery[] = [];
  return new Promise((resolve, reject) => {
    socket(token).subscribe<NonNullable<Delivery['data']>>(
      { query: EVENTS, variables: { id, after: 0 } },
      {
        next: (delivery) => {
          seen.push(delivery as Delivery);
          onNext?.(delivery as Delivery);
        },
        error: (error) =>
          Array.isArray(error)
            ? resolve([...seen, { errors: error as never }])
            : reject(new Error(String(error))),
        complete: () => resolve(seen),
      },
    );
  });
}

/** The same over SSE, as `curl -N` would read it. */
async function watchOverSse(token: string, id: string): Promise<Delivery[]> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: EVENTS, variables: { id, after: 0 } }),
  });
  expect(response.headers.get('cache-control')).toContain('no-transform');
  const text = await response.text();
  return [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map((match) => JSON.parse(match[1]!) as Delivery);
}

describe('executionEvents', () => {
  it('[EXE-4] delivers the same over WebSocket and SSE, live and replayed', async () => {
    const run = await runningRun();
    const webSocket = watch(run.token, run.id);
    const sse = watchOverSse(run.token, run.id);
    await run.append(output('a'), output('b'));
    await run.append(output('c'));
    await run.finish();
    const live = await webSocket;
    expect(live.map(({ data }) => data?.executionEvents?.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await sse).toEqual(live);
    expect(await watchOverSse(run.token, run.id)).toEqual(live);
  });

  /** What an `EventSource` does: it remembers the last `id`, and sends it when it comes back. */
  async function readSse(token: string, query: string, variables: object, lastEventId?: string) {
    const abort = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      signal: abort.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      body: JSON.stringify({ query, variables }),
    });
    let text = '';
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    const frames = () =>
      [...text.matchAll(/^id: (.*)\nevent: next\ndata: (.*)$/gm)].map((match) => ({
        id: match[1]!,
        ...(JSON.parse(match[2]!) as {
          data: Record<string, { seq?: number; id?: string; changeCursor?: string }>;
        }),
      }));
    return {
      /** Reads until so many deliveries with an id have come, or the end. */
      async take(count: number) {
        while (frames().length < count) {
          const { done, value } = await reader.read();
          if (done) break;
          text += decoder.decode(value);
        }
        return frames();
      },
      text: () => text,
      close: () => abort.abort(),
    };
  }

  it('[EXE-4] resumes over SSE from Last-Event-ID: nothing twice, nothing missed', async () => {
    const run = await runningRun();
    await run.append(...Array.from({ length: 55 }, (_, index) => output(String(index))));
    const first = await readSse(run.token, EVENTS, { id: run.id, after: 0 });
    const seen = (await first.take(40)).slice(0, 40);
    first.close();
    await run.finish();
    // The same request once more, as a client sends it that knows nothing of `after`.
    const second = await readSse(run.token, EVENTS, { id: run.id, after: 0 }, seen.at(-1)!.id);
    const rest = await second.take(Infinity);
    const seqs = [...seen, ...rest].map(({ data }) => data['executionEvents']!.seq);
    expect(seqs).toEqual(Array.from({ length: 58 }, (_, index) => index + 1));
    expect([...seen, ...rest].map(({ id }) => Number(id))).toEqual(seqs);
    expect(second.text()).toContain('event: complete');
  });

  const CHANGES =
    'subscription ($after: String) { executionChanged(after: $after) { id changeCursor status } }';

  it('[EXE-4] resumes changes over SSE, from Last-Event-ID or from the cursor of a delivery', async () => {
    const run = await runningRun();
    const first = await readSse(run.token, CHANGES, {});
    const [present] = await first.take(1);
    first.close();
    expect(present!.data['executionChanged']).toMatchObject({ id: run.id, changeCursor: present!.id });
    await run.finish();
    for (const [variables, lastEventId] of [
      [{}, present!.id],
      [{ after: present!.id }, undefined],
    ] as const) {
      const again = await readSse(run.token, CHANGES, variables, lastEventId);
      const [change] = await again.take(1);
      expect(change!.data['executionChanged']).toMatchObject({ id: run.id, status: 'COMPLETED' });
      again.close();
    }
  });

  it.each([
    [EVENTS, 'nonsense'],
    [CHANGES, '17'],
  ])('[EXE-4] refuses a Last-Event-ID that is not its own', async (query, lastEventId) => {
    const run = await runningRun();
    const stream = await readSse(run.token, query, { id: run.id }, lastEventId);
    await stream.take(1);
    expect(stream.text()).toContain('CURSOR_INVALID');
  });

  it('[EXE-4] pages the same events through the connection', async () => {
    const run = await runningRun();
    await run.append(...Array.from({ length: 30 }, (_, index) => output(String(index))));
    await run.finish();
    const page = async (args: string) => {
      const { body } = await post(
        run.token,
        `query ($id: ID!) { execution(id: $id) { events(${args}) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor startCursor } edges { node { seq } } } } }`,
        { id: run.id },
      );
      return (
        body.data as unknown as {
          execution: {
            events: {
              totalCount: number;
              pageInfo: {
                hasNextPage: boolean;
                hasPreviousPage: boolean;
                endCursor: string;
                startCursor: string;
              };
              edges: { node: { seq: number } }[];
            };
          };
        }
      ).execution.events;
    };
    const first = await page('first: 20');
    expect(first).toMatchObject({ totalCount: 33, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const second = await page(`first: 20, after: "${first.pageInfo.endCursor}"`);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const seqs = [...first.edges, ...second.edges].map(({ node }) => node.seq);
    expect(seqs).toEqual(Array.from({ length: 33 }, (_, index) => index + 1));
    const back = await page(`last: 20, before: "${second.pageInfo.startCursor}"`);
    expect(back.edges).toEqual(first.edges);
  });

  it('[AUTHZ-3] applies the field rules to each event, and again when a role changes', async () => {
    const run = await runningRun();
    const member = await seedMember(machine, run.viewer.organizationId, 'VIEWER');
    // A USER sees only runs of its own; this one is made its own.
    await machine.db.taskExecution.update({
      where: { id: run.executionId },
      data: { startedById: member.userId },
    });
    const token = await tokenOf(member);
    const toolCall = (result: string) =>
      event(
        'TOOL_CALL_UPDATED',
        { callId: result, toolName: 'read', serverName: null, status: 'SUCCEEDED', arguments: {}, result },
        new Date(),
      );
    let onResult: () => void = () => undefined;
    const seenOne = new Promise<void>((resolve) => (onResult = resolve));
    const watching = watch(
      token,
      run.id,
      ({ data }) => data?.executionEvents?.result === 'for viewers' && onResult(),
    );
    await run.append(toolCall('for viewers'));
    await seenOne;
    await machine.db.user.update({ where: { id: member.userId }, data: { role: 'USER' } });
    machine.pubsub.ring('identity', 'all', {
      organizationId: member.organizationId,
      userId: member.userId,
      sessionId: null,
    });
    // The rights that the API goes by, not the row: a USER may not read the plan.
    await expect
      .poll(async () => (await post(token, '{ organization { plan } }')).body.errors?.[0]?.extensions.code)
      .toBe('FORBIDDEN');
    await run.append(toolCall('not for users'));
    await run.finish();
    const deliveries = (await watching).filter(
      ({ data }) => data?.executionEvents?.__typename === 'ToolCallUpdated',
    );
    expect(deliveries[0]!.errors).toBeUndefined();
    expect(deliveries[1]!.data!.executionEvents).toMatchObject({ toolName: 'read', result: null });
    expect(deliveries[1]!.errors).toEqual([
      expect.objectContaining({
        path: ['executionEvents', 'result'],
        extensions: expect.objectContaining({ code: 'FORBIDDEN' }) as object,
      }),
    ]);
  });

  it('[ORG-2] is NOT_FOUND for another organization, as for an id that was never given', async () => {
    const run = await runningRun();
    const stranger = await runningRun();
    const [foreign, unknown] = await Promise.all([
      watch(stranger.token, run.id),
      watch(stranger.token, globalId('TaskExecution', '00000000-0000-7000-8000-000000000000')),
    ]);
    const verdict = (deliveries: Delivery[]) =>
      deliveries.map(({ errors }) => errors?.map(({ message, extensions }) => [message, extensions?.code]));
    expect(verdict(foreign)).toEqual([[['There is no such execution, or you may not see it.', 'NOT_FOUND']]]);
    expect(verdict(unknown)).toEqual(verdict(foreign));
  });

  it('[AUTH-2] needs somebody who is signed in, and ends when the session does', async () => {
    const run = await runningRun();
    const anonymous = await watch(null, run.id);
    expect(anonymous[0]!.errors![0]!.extensions!.code).toBe('UNAUTHENTICATED');
    let onEvent: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (onEvent = resolve));
    const controller = new AbortController();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${run.token}`,
      },
      body: JSON.stringify({ query: EVENTS, variables: { id: run.id, after: 0 } }),
    });
    const reading = (async () => {
      let text = '';
      const reader = response.body!.getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        text += Buffer.from(chunk.value).toString();
        onEvent();
      }
      return text;
    })();
    await begun;
    await post(run.token, 'mutation { authLogout { revokedSessionId } }');
    expect(await reading).toContain('UNAUTHENTICATED');
  });
});

describe('executionChanged', () => {
  it('[WEB-3] first gives what is there, then each change', async () => {
    const run = await runningRun();
    const seen: string[] = [];
    const done = new Promise<void>((resolve, reject) => {
      socket(run.token).subscribe<{ executionChanged: { status: string } }>(
        { query: 'subscription { executionChanged { status } }' },
        {
          next: ({ data }) => {
            seen.push(data!.executionChanged.status);
            if (seen.length === 1) void run.finish();
            else resolve();
          },
          error: reject,
          complete: () => reject(new Error('ended')),
        },
      );
    });
    await done;
    expect(seen).toEqual(['RUNNING', 'COMPLETED']);
  });
});
