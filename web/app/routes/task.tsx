import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { TaskActionsRunDocument, TaskPageQueryDocument } from '#app/gql/tasks.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { TaskPage } from '#app/modules/tasks/task-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Task · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const id = args.params['taskId'] ?? '';
  const { task } = await openApi(args).find('task', TaskPageQueryDocument, { id });
  return { task, idempotencyKey: crypto.randomUUID() };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const idempotencyKey = textOf(form, 'idempotencyKey');
  return submit(args, {
    document: TaskActionsRunDocument,
    variables: { input: { taskId: args.params['taskId'] ?? '', idempotencyKey } },
    sent: null,
    goTo: ({ execution }) => (execution ? pathTo.execution(execution.id) : '/executions'),
  });
};

export default function TaskRoute() {
  const { task, idempotencyKey } = useLoaderData<typeof loader>();
  const failure = useActionData<typeof action>()?.failure ?? null;
  return <TaskPage key={task.id} task={task} idempotencyKey={idempotencyKey} runFailure={failure} />;
}
