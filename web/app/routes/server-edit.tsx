import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import {
  ServerFormOptionsDocument,
  ServerFormServerDocument,
  ServerFormUpdateDocument,
} from '#app/gql/servers.ts';
import { openApi, type OpenApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { isChecked } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { readCredentials, readServerForm, serverFormValues } from '#app/modules/servers/server-form-input.ts';
import { ServerFormPage } from '#app/modules/servers/server-form.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Edit server · MCP Agent Studio' }];

/** A server with what its form shows of it. */
async function findServer(api: OpenApi, id: string) {
  const found = await api.find('server', ServerFormServerDocument, { id }, { isCached: false });
  const server = requireEditable('server', found);
  const { serverPresets } = await api.query(ServerFormOptionsDocument, {});
  const values = {
    ...serverFormValues(server, serverPresets ?? []),
    isTrusted: server.isTrusted ?? false,
  };
  return { server, values };
}

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const { server, values } = await findServer(api, args.params['serverId'] ?? '');
  return { snapshot: api.snapshot(), server, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const values = readServerForm(form);
  const sent = form.has('callSeconds') ? { ...values, isTrusted: isChecked(form, 'isTrusted') } : values;
  const { server, values: now } = await findServer(openApi(args), args.params['serverId'] ?? '');
  return submitEdit(args, {
    noun: 'server',
    document: ServerFormUpdateDocument,
    variables: (changes) => ({ input: { serverId: server.id, ...changes } }),
    values: { ...sent, credentials: readCredentials(form) },
    shown: readShown(form),
    now,
    sent,
    goTo: pathTo.server(server.id),
  });
};

export default function ServerEditRoute() {
  const { server, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ServerFormPage
      key={server.id}
      server={server}
      failure={result?.failure ?? null}
      probe={null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
