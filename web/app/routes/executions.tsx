import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ExecutionsPageQueryDocument } from '#app/gql/executions.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage } from '#app/lib/paging.ts';
import { readExecutionsFilter, toApiFilter } from '#app/modules/executions/executions-filter.ts';
import { ExecutionsPage } from '#app/modules/executions/executions-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Executions · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: toApiFilter(readExecutionsFilter(search)) };
  await api.query(ExecutionsPageQueryDocument, variables);
  return { snapshot: api.snapshot(), variables };
};

export default function ExecutionsRoute() {
  return <ExecutionsPage variables={useLoaderData<typeof loader>().variables} />;
}
