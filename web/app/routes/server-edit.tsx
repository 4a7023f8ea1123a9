import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ServerFormEditDocument, ServerFormUpdateDocument } from '#app/gql/servers.ts';
import { openApi, type OpenApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { isChecked } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { readCredentials, readServerForm, serverFormValues } from '#app/modules/servers/server-form-input.ts';
import { ServerFormPage } from '#app/modules/servers/server-form.tsx';

export const meta: MetaFunction = () => [{ title: 'Edit server · MCP Agent Studio' }];

/** A server with what its form shows of it. */
async function findServer(api: OpenApi, id: string) {
  const { server: found, ...options } = await api.find('server', ServerFormEditDocument, { id });
  const server = requireEditable('server', found);
  const values = {
    ...serverFormValues(server, options.serverPresets ?? []),
    isTrusted: server.isTrusted ?? false,
  };
  return { server, options, values };
}

export const loader = async (args: LoaderFunctionArgs) => {
  const { server, options, values } = await findServer(openApi(args), args.params['serverId'] ?? '');
  return { server, options, values, shown: shownIn(values) };
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
  const { server, options, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ServerFormPage
      key={server.id}
      server={server}
      options={options}
      failure={result?.failure ?? null}
      probe={null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
