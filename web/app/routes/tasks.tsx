import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TasksPageQueryDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage, rowsOf } from '#app/lib/paging.ts';
import { TasksPage } from '#app/modules/tasks/tasks-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Tasks · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const words = search.get('q')?.trim();
  const variables = { ...readPage(search), filter: words ? { title: { contains: words } } : undefined };
  const { tasks } = await openApi(args).query(TasksPageQueryDocument, variables);
  return rowsOf(tasks);
};

export default function TasksRoute() {
  return <TasksPage list={useLoaderData<typeof loader>()} />;
}
