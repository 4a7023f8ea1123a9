import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { AgentsPageQueryDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage } from '#app/lib/paging.ts';
import { readAgentsFilter, toApiFilter } from '#app/modules/agents/agents-filter.ts';
import { AgentsPage } from '#app/modules/agents/agents-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Agents · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: toApiFilter(readAgentsFilter(search)) };
  await api.query(AgentsPageQueryDocument, variables);
  return { snapshot: api.snapshot(), variables };
};

export default function AgentsRoute() {
  return <AgentsPage variables={useLoaderData<typeof loader>().variables} />;
}
