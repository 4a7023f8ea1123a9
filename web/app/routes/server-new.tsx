import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ServerFormCreateDocument, ServerFormNewDocument, ServerFormTestDocument } from '#app/gql/servers.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import {
  readCredentials,
  readProtocol,
  readServerForm,
  toTestInput,
} from '#app/modules/servers/server-form-input.ts';
import { ServerFormPage } from '#app/modules/servers/server-form.tsx';

export const meta: MetaFunction = () => [{ title: 'New server · MCP Agent Studio' }];

export const loader = (args: LoaderFunctionArgs) => openApi(args).query(ServerFormNewDocument, {});

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = { ...readServerForm(form), protocol: readProtocol(form) };
  const input = { ...sent, credentials: readCredentials(form) };
  if (textOf(form, 'intent') === 'test') {
    const result = await openApi(args).mutate(ServerFormTestDocument, { input: toTestInput(input) });
    const tested = result.data?.serverTest;
    const failure = result.fault ?? failureOf(tested);
    return { failure, sent, probe: tested?.__typename === 'ServerTestPayload' ? tested.probe : null };
  }
  return submit(args, {
    document: ServerFormCreateDocument,
    variables: { input },
    sent,
    goTo: ({ server }) => (server ? pathTo.server(server.id) : '/servers'),
  });
};

export default function ServerNewRoute() {
  const options = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ServerFormPage
      server={null}
      options={options}
      failure={result?.failure ?? null}
      probe={result && 'probe' in result ? result.probe : null}
      values={result?.sent ?? null}
      shown={null}
    />
  );
}
