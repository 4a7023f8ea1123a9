import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ServersPageQueryDocument } from '#app/gql/servers.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage } from '#app/lib/paging.ts';
import { ServersPage } from '#app/modules/servers/servers-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Servers · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const variables = readPage(new URL(args.request.url).searchParams);
  await api.query(ServersPageQueryDocument, variables);
  return { snapshot: api.snapshot(), variables };
};

export default function ServersRoute() {
  return <ServersPage variables={useLoaderData<typeof loader>().variables} />;
}
