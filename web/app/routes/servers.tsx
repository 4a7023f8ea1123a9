import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ServersPageQueryDocument } from '#app/gql/servers.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage, rowsOf } from '#app/lib/paging.ts';
import { ServersPage } from '#app/modules/servers/servers-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Servers · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const variables = readPage(new URL(args.request.url).searchParams);
  const { servers } = await openApi(args).query(ServersPageQueryDocument, variables);
  return rowsOf(servers);
};

export default function ServersRoute() {
  return <ServersPage list={useLoaderData<typeof loader>()} />;
}
