// @vitest-environment node
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it } from 'vitest';
import { API, context, openScriptedApi } from '../../test/scripted-api.ts';
import { shownIn } from '#app/lib/edit.server.ts';
import { agentFormValues } from '#app/modules/agents/agent-form.tsx';
import * as agentEdit from './agent-edit.tsx';

const api = openScriptedApi();

const anAgent = {
  __typename: 'Agent' as const,
  id: 'QWdlbnQ6MQ',
  name: 'Writer',
  role: 'WORKER' as const,
  description: '',
  server: {
    __typename: 'ServerConfiguration' as const,
    id: 's1',
    name: 'Demo',
    status: null,
    isSimulated: true,
  },
  supervisor: { __typename: 'Agent' as const, id: 'a0', name: 'Lead' },
  modelProvider: null,
  model: null,
  systemPrompt: 'One\nTwo',
  capabilities: ['writing'],
  maxConcurrency: 1,
  maxSteps: 50,
  maxTokens: 9_000,
  maxDurationMs: 90_000,
  archivedAt: null,
  viewerCan: { __typename: 'ViewerCan' as const, actions: ['READ', 'UPDATE'] as ('READ' | 'UPDATE')[] },
};

/** What a browser sends when nothing was touched. */
const untouched = {
  name: 'Writer',
  role: 'WORKER',
  description: '',
  serverId: 's1',
  supervisorId: 'a0',
  modelProviderId: '',
  model: '',
  systemPrompt: 'One\r\nTwo',
  capabilities: 'writing',
  maxConcurrency: '1',
  maxSteps: '50',
  maxTokens: '9000',
  maxMinutes: '1.5',
  shown: JSON.stringify(shownIn(agentFormValues(anAgent))),
};

const updates: unknown[] = [];
afterEach(() => updates.splice(0));

/** An API where the agent is by now like this. */
function serve(now: Partial<Record<keyof typeof anAgent, unknown>> = {}, agentUpdate: object | null = null) {
  api.use(
    http.post(API, async ({ request }) => {
      const { operationName, variables } = (await request.json()) as {
        operationName: string;
        variables: { input: unknown };
      };
      if (operationName === 'AgentForm_Edit') {
        const options = { servers: null, agents: null, modelProviders: null };
        return HttpResponse.json({ data: { agent: { ...anAgent, ...now }, ...options } });
      }
      updates.push(variables.input);
      const payload = { __typename: 'AgentUpdatePayload', agent: { __typename: 'Agent', id: anAgent.id } };
      return HttpResponse.json({ data: { agentUpdate: agentUpdate ?? payload } });
    }),
  );
}

async function save(fields: Record<string, string>) {
  const request = new Request('http://studio.invalid/agents/x/edit', {
    method: 'POST',
    body: new URLSearchParams({ ...untouched, ...fields }),
  });
  return agentEdit.action({
    request,
    context,
    params: { agentId: anAgent.id },
  } as unknown as ActionFunctionArgs);
}

describe('the form of an agent that there is', () => {
  it('[WEB-2] sends what was changed, and null where it was cleared', async () => {
    serve();
    const answer = await save({ name: 'Editor', maxTokens: '', supervisorId: '' });
    expect((answer as Response).headers.get('location')).toBe('/agents/QWdlbnQ6MQ');
    expect(updates).toEqual([{ agentId: anAgent.id, name: 'Editor', maxTokens: null, supervisorId: null }]);
  });

  it('[WEB-2] sends nothing when nothing was changed', async () => {
    serve();
    expect((await save({})) as Response).toMatchObject({ status: 302 });
    expect(updates).toEqual([]);
  });

  it('[WEB-2] leaves alone what only somebody else has changed', async () => {
    serve({ systemPrompt: 'Another', maxSteps: 10 });
    await save({ name: 'Editor' });
    expect(updates).toEqual([{ agentId: anAgent.id, name: 'Editor' }]);
  });

  it('[WEB-2] tells that somebody else has changed the same, and replaces it when sent once more', async () => {
    serve({ name: 'Author', maxSteps: 10 });
    const refused = (await save({ name: 'Editor' })) as Awaited<ReturnType<typeof agentEdit.action>> & {
      init: { status: number };
      data: { failure: { code: string; fields: object }; shown: object; sent: { name: string } };
    };
    expect(refused.init.status).toBe(409);
    expect(refused.data.failure.code).toBe('CONFLICT');
    expect(Object.keys(refused.data.failure.fields)).toEqual(['name']);
    expect(refused.data.sent.name).toBe('Editor');
    expect(updates).toEqual([]);

    await save({ name: 'Editor', shown: JSON.stringify(refused.data.shown) });
    expect(updates).toEqual([{ agentId: anAgent.id, name: 'Editor' }]);
  });

  it('[WEB-2] keeps what was sent and what was shown when the API refuses', async () => {
    const message = 'Enter a name.';
    const issues = [{ __typename: 'ValidationIssue', path: ['input', 'name'], message }];
    const refusal = { __typename: 'ValidationError', code: 'BAD_USER_INPUT', message, path: null, issues };
    serve({}, refusal);
    expect(await save({ name: '' })).toMatchObject({
      init: { status: 400 },
      data: {
        failure: { fields: { name: message } },
        sent: { name: '' },
        shown: JSON.parse(untouched.shown) as object,
      },
    });
  });

  it('[WEB-2] is not there for somebody who may only read it, nor for one that was archived', async () => {
    const args = {
      request: new Request('http://studio.invalid/agents/x/edit'),
      context,
      params: { agentId: anAgent.id },
    } as unknown as LoaderFunctionArgs;
    for (const now of [
      { viewerCan: { __typename: 'ViewerCan', actions: ['READ'] } },
      { archivedAt: '2030-01-01T00:00:00.000Z' },
    ]) {
      api.resetHandlers();
      serve(now);
      await expect(agentEdit.loader(args)).rejects.toMatchObject({ init: { status: 403 } });
      await expect(save({ name: 'Editor' })).rejects.toMatchObject({ init: { status: 403 } });
    }
    expect(updates).toEqual([]);
  });
});
