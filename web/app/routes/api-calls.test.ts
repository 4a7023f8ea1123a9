// @vitest-environment node
import type { LoaderFunctionArgs } from '@remix-run/node';
import { HttpResponse, http } from 'msw';
import { describe, expect, it } from 'vitest';
import { API, context, openScriptedApi } from '../../test/scripted-api.ts';

const api = openScriptedApi();

interface RouteModule {
  loader?: (args: LoaderFunctionArgs) => unknown;
}
const routes = Object.entries(
  import.meta.glob<RouteModule>(['./*.tsx', '!./dashboard.tsx', '!./*.test.ts'], { eager: true }),
);
const asking = routes.filter(([path, { loader }]) => loader && path !== './not-found.tsx');

/** Enough of everything for a loader to go on to whatever it might ask next. */
const row = { id: 'r', viewerCan: { actions: ['UPDATE'] } };
const everything = {
  agent: row,
  execution: { ...row, events: null },
  node: { ...row, __typename: 'ModelProvider' },
  server: { ...row, preset: null },
  task: row,
  viewer: { id: 'u', name: 'Somebody' },
};

function count() {
  const operations: string[] = [];
  api.use(
    http.post(API, async ({ request }) => {
      operations.push(((await request.json()) as { operationName: string }).operationName);
      return HttpResponse.json({ data: everything });
    }),
  );
  return operations;
}

const visit = (cookie = '') =>
  ({
    request: new Request('http://studio.invalid/', { headers: { cookie } }),
    context,
    params: { agentId: 'r', executionId: 'r', serverId: 'r', taskId: 'r', modelProviderId: 'r' },
  }) as unknown as LoaderFunctionArgs;

describe('what a page asks the API', () => {
  it('is looked at for each of them', () => {
    expect(asking.length).toBeGreaterThan(18);
  });

  it.each(asking)('[WEB-2] %s asks once', async (_path, { loader }) => {
    const operations = count();
    // What comes of an answer with so little in it is not the point.
    await Promise.resolve(loader?.(visit())).catch(() => undefined);
    expect(operations).toHaveLength(1);
  });

  it('[WEB-2] asks who is signed in once for many pages of a session, and anew for another one', async () => {
    const dashboard = (await import('./dashboard.tsx')) as unknown as Required<RouteModule>;
    const operations = count();
    const shown = { viewer: everything.viewer };
    for (const session of ['one', 'one', 'other', 'one']) {
      expect(await dashboard.loader(visit(`studio_access=${session}`))).toEqual(shown);
    }
    expect(operations).toEqual(['AppShell_Query', 'AppShell_Query']);
  });
});
