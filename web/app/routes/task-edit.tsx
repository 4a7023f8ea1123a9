import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { TaskFormEditDocument, TaskFormUpdateDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { TaskFormPage, readTaskForm, taskFormValues } from '#app/modules/tasks/task-form.tsx';

export const meta: MetaFunction = () => [{ title: 'Edit task · MCP Agent Studio' }];

const findTask = async (args: LoaderFunctionArgs | ActionFunctionArgs) => {
  const id = args.params['taskId'] ?? '';
  const { task, ...options } = await openApi(args).find('task', TaskFormEditDocument, { id });
  return { task: requireEditable('task', task), options };
};

export const loader = async (args: LoaderFunctionArgs) => {
  const { task, options } = await findTask(args);
  const values = taskFormValues(task);
  return { task, options, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = readTaskForm(form);
  const { task } = await findTask(args);
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
  const { task, options, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <TaskFormPage
      key={task.id}
      task={task}
      options={options}
      failure={result?.failure ?? null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
