import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { TaskFormCreateDocument, TaskFormOptionsDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { TaskFormPage, readTaskForm } from '#app/modules/tasks/task-form.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'New task · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(TaskFormOptionsDocument, {});
  return { snapshot: api.snapshot() };
};

export const action = async (args: ActionFunctionArgs) => {
  const input = readTaskForm(await readForm(args.request));
  const result = await openApi(args).mutate(TaskFormCreateDocument, { input });
  const created = result.data?.taskCreate;
  const failure = result.fault ?? failureOf(created);
  if (failure || created?.__typename !== 'TaskCreatePayload' || !created.task) {
    return data({ failure, sent: input }, { status: 400 });
  }
  return redirect(pathTo.task(created.task.id));
};

export default function TaskNewRoute() {
  const result = useActionData<typeof action>();
  return <TaskFormPage failure={result?.failure ?? null} sent={result?.sent ?? null} />;
}
