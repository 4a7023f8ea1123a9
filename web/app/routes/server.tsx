import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ServerPageQueryDocument } from '#app/gql/servers.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ServerPage } from '#app/modules/servers/server-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Server · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const variables = { id: args.params['serverId'] ?? '' };
  return { variables, loaded: await openApi(args).find('server', ServerPageQueryDocument, variables) };
};

export default function ServerRoute() {
  const page = useLoaderData<typeof loader>();
  return <ServerPage key={page.variables.id} {...page} />;
}
