import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { AgentsPageQueryDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage, rowsOf } from '#app/lib/paging.ts';
import { readAgentsFilter, toApiFilter } from '#app/modules/agents/agents-filter.ts';
import { AgentsPage } from '#app/modules/agents/agents-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Agents · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: toApiFilter(readAgentsFilter(search)) };
  const { agents } = await openApi(args).query(AgentsPageQueryDocument, variables);
  return rowsOf(agents);
};

export default function AgentsRoute() {
  return <AgentsPage list={useLoaderData<typeof loader>()} />;
}
