import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ToolsPageQueryDocument } from '#app/gql/tools.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage, rowsOf } from '#app/lib/paging.ts';
import { readToolsFilter, toApiFilter } from '#app/modules/tools/tools-filter.ts';
import { ToolsPage } from '#app/modules/tools/tools-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Tools · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: toApiFilter(readToolsFilter(search)) };
  const { tools } = await openApi(args).query(ToolsPageQueryDocument, variables);
  return rowsOf(tools);
};

export default function ToolsRoute() {
  return <ToolsPage list={useLoaderData<typeof loader>()} />;
}
