import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { TasksPageQueryDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { readPage } from '#app/lib/paging.ts';
import { TasksPage } from '#app/modules/tasks/tasks-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Tasks · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const search = new URL(args.request.url).searchParams;
  const words = search.get('q')?.trim();
  const variables = { ...readPage(search), filter: words ? { title: { contains: words } } : undefined };
  await api.query(TasksPageQueryDocument, variables);
  return { snapshot: api.snapshot(), variables };
};

export default function TasksRoute() {
  return <TasksPage variables={useLoaderData<typeof loader>().variables} />;
}
