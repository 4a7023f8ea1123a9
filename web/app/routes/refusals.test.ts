// @vitest-environment node
import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { API, context, openScriptedApi } from '../../test/scripted-api.ts';

const api = openScriptedApi();

interface RouteModule {
  loader?: (args: LoaderFunctionArgs) => unknown;
  action?: (args: ActionFunctionArgs) => unknown;
}
const routes = Object.entries(
  import.meta.glob<RouteModule>(['./*.{ts,tsx}', '!./*.test.ts'], { eager: true }),
);
const withAction = routes.filter(([path, { action }]) => action && path !== './sign-out.ts');
/** Routes about one row, with the name of their parameter. */
const DETAILS = {
  agent: 'agentId',
  'agent-edit': 'agentId',
  execution: 'executionId',
  server: 'serverId',
  'server-edit': 'serverId',
  task: 'taskId',
  'task-edit': 'taskId',
};

/** The status that a loader or an action answers, whether it returns or throws it. */
async function statusOf(answer: () => unknown): Promise<unknown> {
  try {
    return { returned: await answer() };
  } catch (thrown) {
    if (thrown instanceof Response) return thrown.status;
    return (thrown as { init: { status: number } }).init.status;
  }
}

describe.each(Object.entries(DETAILS))('the page %s', (name, parameter) => {
  const noun = parameter.slice(0, -'Id'.length);
  const ask = (id: string) => {
    const request = new Request(`http://studio.invalid/${noun}s/${id}`);
    const { loader } = routes.find(([path]) => path === `./${name}.tsx`)![1];
    return statusOf(() => loader!({ request, context, params: { [parameter]: id } } as LoaderFunctionArgs));
  };

  it('[WEB-2] is not found for an id that nobody has, and for a text that is no id', async () => {
    api.use(http.post(API, () => HttpResponse.json({ data: { [noun]: null } })));
    expect(await ask('VW5rbm93bjox')).toBe(404);
    const malformed = { message: 'This is no id.', path: [noun], extensions: { code: 'BAD_USER_INPUT' } };
    api.use(http.post(API, () => HttpResponse.json({ data: { [noun]: null }, errors: [malformed] })));
    expect(await ask('zzz')).toBe(404);
  });

  it('[WEB-2] keeps another fault apart from that', async () => {
    const fault = { message: 'Broken.', path: [noun], extensions: { code: 'INTERNAL' } };
    api.use(http.post(API, () => HttpResponse.json({ data: { [noun]: null }, errors: [fault] })));
    expect(await ask('VW5rbm93bjox')).toBe(500);
  });
});

describe('a page that takes a form', () => {
  const send = (action: RouteModule['action'], type: string, body: string) => {
    const headers = { 'content-type': type };
    const request = new Request('http://studio.invalid/', { method: 'POST', headers, body });
    return statusOf(() => action!({ request, context, params: {} } as ActionFunctionArgs));
  };

  it('is one of these', () => {
    expect(withAction.length).toBeGreaterThan(7);
  });

  it.each(withAction)('[WEB-2] %s refuses what is none', async (_path, { action }) => {
    expect(await send(action, 'application/json', '{"email":"a"}')).toBe(415);
    expect(await send(action, 'multipart/form-data; boundary=x', 'no part')).toBe(400);
    expect(await send(action, 'multipart/form-data', 'no boundary')).toBe(400);
  });
});

describe('a list', () => {
  it('[API-4] answers a cursor that is none with 400', async () => {
    const fault = { message: 'Not a cursor.', path: ['agents'], extensions: { code: 'BAD_USER_INPUT' } };
    api.use(http.post(API, () => HttpResponse.json({ data: { agents: null }, errors: [fault] })));
    const { loader } = routes.find(([path]) => path === './agents.tsx')![1];
    const request = new Request('http://studio.invalid/agents?after=zzz');
    expect(await statusOf(() => loader!({ request, context, params: {} } as LoaderFunctionArgs))).toBe(400);
  });
});
