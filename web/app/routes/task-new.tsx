import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { TaskFormCreateDocument, TaskFormNewDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { TaskFormPage, readTaskForm } from '#app/modules/tasks/task-form.tsx';

export const meta: MetaFunction = () => [{ title: 'New task · MCP Agent Studio' }];

export const loader = (args: LoaderFunctionArgs) => openApi(args).query(TaskFormNewDocument, {});

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
  const options = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <TaskFormPage
      task={null}
      options={options}
      failure={result?.failure ?? null}
      values={result?.sent ?? null}
      shown={null}
    />
  );
}
