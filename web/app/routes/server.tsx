import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ServerPageQueryDocument } from '#app/gql/servers.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ServerPage } from '#app/modules/servers/server-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Server · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const id = args.params['serverId'] ?? '';
  await api.find('server', ServerPageQueryDocument, { id });
  return { snapshot: api.snapshot(), id };
};

export default function ServerRoute() {
  const { id } = useLoaderData<typeof loader>();
  return <ServerPage key={id} serverId={id} />;
}
