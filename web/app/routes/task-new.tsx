import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { TaskFormCreateDocument, TaskFormOptionsDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
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
  const sent = readTaskForm(await readForm(args.request));
  return submit(args, {
    document: TaskFormCreateDocument,
    variables: { input: { ...sent, mode: 'IMMEDIATE' } },
    sent,
    goTo: ({ task }) => (task ? pathTo.task(task.id) : '/tasks'),
  });
};

export default function TaskNewRoute() {
  const result = useActionData<typeof action>();
  return (
    <TaskFormPage task={null} failure={result?.failure ?? null} values={result?.sent ?? null} shown={null} />
  );
}
