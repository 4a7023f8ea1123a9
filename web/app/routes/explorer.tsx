import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { FaultPage } from '#app/components/fault-page.tsx';
import { ExplorerPageQueryDocument } from '#app/gql/explorer.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { ExplorerPage } from '#app/modules/explorer/explorer-page.tsx';

export const meta: MetaFunction = () => [{ title: 'API explorer · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const data = await openApi(args).query(ExplorerPageQueryDocument, {});
  return {
    ids: {
      agentId: nodesOf(data.agents)[0]?.id ?? '',
      executionId: nodesOf(data.executions)[0]?.id ?? '',
      serverId: nodesOf(data.servers)[0]?.id ?? '',
    },
  };
};

/** Choosing an example changes the URL only. */
export const shouldRevalidate: ShouldRevalidateFunction = () => false;

export default function ExplorerRoute() {
  return <ExplorerPage ids={useLoaderData<typeof loader>().ids} />;
}

export function ErrorBoundary() {
  return <FaultPage />;
}
