import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ExecutionsPageQueryDocument } from '#app/gql/executions.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage } from '#app/lib/paging.ts';
import { readExecutionsFilter, toApiFilter } from '#app/modules/executions/executions-filter.ts';
import { ExecutionsPage } from '#app/modules/executions/executions-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Executions · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: toApiFilter(readExecutionsFilter(search)) };
  return { variables, loaded: await openApi(args).query(ExecutionsPageQueryDocument, variables) };
};

export default function ExecutionsRoute() {
  return <ExecutionsPage {...useLoaderData<typeof loader>()} />;
}
