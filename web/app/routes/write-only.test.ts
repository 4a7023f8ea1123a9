// @vitest-environment node
import type { ActionFunctionArgs } from '@remix-run/node';
import { HttpResponse, http } from 'msw';
import { afterEach, describe, expect, it } from 'vitest';
import { API, context, openScriptedApi } from '../../test/scripted-api.ts';
import { shownIn } from '#app/lib/edit.server.ts';
import { modelProviderFormValues } from '#app/modules/settings/model-provider-form.tsx';
import { serverFormValues } from '#app/modules/servers/server-form-input.ts';
import * as serverEdit from './server-edit.tsx';
import * as providerEdit from './settings-model-provider-edit.tsx';

const api = openScriptedApi();
const viewerCan = { __typename: 'ViewerCan' as const, actions: ['UPDATE' as const] };

const provider = {
  __typename: 'ModelProvider' as const,
  id: 'm1',
  name: 'Local',
  kind: 'OPENAI_COMPATIBLE' as const,
  baseUrl: 'http://llm.test/v1',
  defaultModel: 'small',
  hasApiKey: true,
  inputTokenPrice: null,
  outputTokenPrice: null,
  viewerCan,
};

const server = {
  __typename: 'ServerConfiguration' as const,
  id: 's1',
  name: 'Files',
  description: '',
  protocol: 'MCP' as const,
  url: null,
  command: null,
  args: [],
  preset: {
    __typename: 'ServerPresetUse' as const,
    name: 'files',
    title: 'Files',
    parameters: [{ __typename: 'ServerPresetValue' as const, name: 'root', value: 'notes' }],
  },
  callTimeoutMs: 60_000,
  isStateless: false,
  isTrusted: true,
  hasCredentials: true,
  archivedAt: null,
  viewerCan,
};
const presets = [
  {
    __typename: 'ServerPreset' as const,
    name: 'files',
    title: 'Files',
    description: '',
    environment: ['TOKEN', 'REGION'],
    parameters: ['mode', 'root'].map((name) => ({
      __typename: 'ServerPresetParameter' as const,
      name,
      title: name,
      description: '',
      type: 'STRING' as const,
      values: null,
      default: name === 'mode' ? 'read' : null,
    })),
  },
];

let update: { input: Record<string, unknown> } | null = null;
afterEach(() => {
  update = null;
});

/** What the form sent to the API when it was saved, or null when there was nothing to send. */
async function save(route: typeof serverEdit | typeof providerEdit, fields: Record<string, string>) {
  api.use(
    http.post(API, async ({ request }) => {
      const { operationName, variables } = (await request.json()) as {
        operationName: string;
        variables: { input: Record<string, unknown> };
      };
      if (operationName === 'ServerForm_Edit') {
        const options = { serverPresets: presets, viewerCanNameServerCommand: false };
        return HttpResponse.json({ data: { server, ...options } });
      }
      if (operationName === 'ModelProviderForm_ModelProvider') {
        return HttpResponse.json({ data: { node: provider } });
      }
      update = variables;
      return HttpResponse.json({ data: { update: { __typename: 'Payload' } } });
    }),
  );
  const request = new Request('http://studio.invalid/', {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  const params = { serverId: server.id, modelProviderId: provider.id };
  const answer = await route.action({ request, context, params } as unknown as ActionFunctionArgs);
  return { sent: update?.input ?? null, answer };
}

describe('the form of a model provider that there is', () => {
  const untouched = {
    name: 'Local',
    defaultModel: 'small',
    apiKey: '',
    baseUrl: 'http://llm.test/v1',
    inputTokenPrice: '',
    outputTokenPrice: '',
    shown: JSON.stringify(shownIn(modelProviderFormValues(provider))),
  };

  it('[WEB-2] keeps the key that is saved unless another one is entered or it is to be removed', async () => {
    expect((await save(providerEdit, untouched)).sent).toBeNull();
    const renamed = await save(providerEdit, { ...untouched, name: 'Lab' });
    expect(renamed.sent).toEqual({ modelProviderId: 'm1', name: 'Lab' });
    const rekeyed = await save(providerEdit, { ...untouched, apiKey: 'another-key' });
    expect(rekeyed.sent).toEqual({ modelProviderId: 'm1', apiKey: 'another-key' });
    const keyless = await save(providerEdit, { ...untouched, removesApiKey: 'on' });
    expect(keyless.sent).toEqual({ modelProviderId: 'm1', apiKey: null });
  });
});

describe('the form of a server that there is', () => {
  const untouched = {
    name: 'Files',
    description: '',
    url: '',
    program: 'files',
    'parameter.mode': 'read',
    'parameter.root': 'notes',
    callSeconds: '60',
    isTrusted: 'on',
    bearerToken: '',
    headers: '',
    headersOpen: '',
    env: '',
    envOpen: '',
    shown: JSON.stringify(shownIn({ ...serverFormValues(server, presets), isTrusted: true })),
  };

  it('[SRV-2] sends nothing when nothing was changed, though the form shows defaults', async () => {
    expect((await save(serverEdit, untouched)).sent).toBeNull();
  });

  it('[SRV-2] sends what was changed, a switch that was turned off too', async () => {
    const { isTrusted: _isTrusted, ...untrusted } = untouched;
    const { sent } = await save(serverEdit, { ...untrusted, callSeconds: '1.5', 'parameter.root': 'drafts' });
    const parameters = [
      { name: 'mode', value: 'read' },
      { name: 'root', value: 'drafts' },
    ];
    expect(sent).toEqual({
      serverId: 's1',
      isTrusted: false,
      callTimeoutMs: 1_500,
      preset: { name: 'files', parameters },
    });
  });

  it('[SRV-2] says nothing of what its form does not show', async () => {
    const { callSeconds: _callSeconds, isTrusted: _isTrusted, ...simulated } = untouched;
    expect((await save(serverEdit, simulated)).sent).toBeNull();
  });

  it('[SRV-2] takes credentials one way, and says which of them are no secret', async () => {
    const entered = await save(serverEdit, { ...untouched, env: 'TOKEN=a=b\n', envOpen: 'REGION=eu-west-1' });
    expect(entered.sent).toEqual({
      serverId: 's1',
      credentials: { env: { TOKEN: 'a=b', REGION: { value: 'eu-west-1', isSecret: false } } },
    });
    const removed = await save(serverEdit, { ...untouched, removesCredentials: 'on' });
    expect(removed.sent).toEqual({ serverId: 's1', credentials: null });
  });
});
