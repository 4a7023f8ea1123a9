import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { TaskFormOptionsDocument, TaskFormTaskDocument, TaskFormUpdateDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { TaskFormPage, readTaskForm, taskFormValues } from '#app/modules/tasks/task-form.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Edit task · MCP Agent Studio' }];

const findTask = async (args: LoaderFunctionArgs | ActionFunctionArgs) => {
  const id = args.params['taskId'] ?? '';
  const task = await openApi(args).find('task', TaskFormTaskDocument, { id }, { isCached: false });
  return requireEditable('task', task);
};

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const task = await findTask(args);
  await api.query(TaskFormOptionsDocument, {});
  const values = taskFormValues(task);
  return { snapshot: api.snapshot(), task, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = readTaskForm(form);
  const task = await findTask(args);
  return submitEdit(args, {
    noun: 'task',
    document: TaskFormUpdateDocument,
    variables: (changes) => ({ input: { taskId: task.id, ...changes } }),
    values: sent,
    shown: readShown(form),
    now: taskFormValues(task),
    sent,
    goTo: pathTo.task(task.id),
  });
};

export default function TaskEditRoute() {
  const { task, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <TaskFormPage
      key={task.id}
      task={task}
      failure={result?.failure ?? null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
