import { Form, useNavigate, useNavigation } from '@remix-run/react';
import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { ConfirmDialog } from '#app/components/ui/dialog.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { StatusChip } from '#app/components/ui/status.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import { useTaskActionsDeleteMutation, type TaskPageQuery } from '#app/gql/tasks.ts';
import { isEditable } from '#app/lib/editable.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { formatCount, plural } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { ExecutionsTable } from '../executions/executions-table.tsx';
import { TASK_MODES, TASK_PRIORITIES, UNANSWERED, UNKNOWN_OUTCOMES, taskStatusLook } from './task-status.ts';

type Task = NonNullable<TaskPageQuery['task']>;

function RunButton({ idempotencyKey }: { idempotencyKey: string }) {
  const isPending = useNavigation().state !== 'idle';
  return (
    <Form method="post">
      <input type="hidden" name="idempotencyKey" value={idempotencyKey} />
      <Button type="submit" variant="primary" icon="play" isPending={isPending}>
        Run now
      </Button>
    </Form>
  );
}

function DeleteButton({ task, onFailure }: { task: Task; onFailure: (failure: Failure | null) => void }) {
  const navigate = useNavigate();
  const [isAsking, setIsAsking] = useState(false);
  const [remove, { loading }] = useTaskActionsDeleteMutation();
  const onDelete = async (): Promise<void> => {
    const { data, error } = await remove({ variables: { input: { taskId: task.id } } });
    const failure = failureOfOutcome(error, data?.taskDelete);
    setIsAsking(false);
    onFailure(failure);
    if (!failure) navigate('/tasks');
  };
  return (
    <>
      <Button variant="danger" onClick={() => setIsAsking(true)}>
        Delete
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title={`Delete ${task.title ?? 'this task'}?`}
        description="It cannot be run any more. The executions it had stay readable."
        action="Delete task"
        isPending={loading}
        onConfirm={() => void onDelete()}
      />
    </>
  );
}

export interface TaskPageProps {
  task: Task;
  idempotencyKey: string;
  runFailure: Failure | null;
}

export function TaskPage({ task, idempotencyKey, runFailure }: TaskPageProps) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const executions = nodesOf(task.executions);
  const allowed = task.viewerCan?.actions ?? [];
  return (
    <>
      <PageHeader
        title={task.title ?? 'Task'}
        parent={{ to: '/tasks', label: 'Tasks' }}
        badges={<StatusChip look={taskStatusLook(task.status)} />}
        actions={
          <>
            {allowed.includes('DELETE') && <DeleteButton task={task} onFailure={setFailure} />}
            {isEditable(task) && (
              <ButtonLink icon="edit" to={pathTo.taskEdit(task.id)}>
                Edit
              </ButtonLink>
            )}
            {allowed.includes('RUN') && <RunButton idempotencyKey={idempotencyKey} />}
          </>
        }
      />
      <FailureNotice failure={failure ?? runFailure} className="mb-4" />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0 space-y-6">
          <Panel title="Prompt">
            <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{task.prompt}</p>
          </Panel>
          <Panel
            title="Executions"
            isFlush
            aside={<span className="tabular text-xs text-muted">{formatCount(task.executions)}</span>}
          >
            {executions.length > 0 ? (
              <ExecutionsTable
                caption={`Executions of ${task.title}`}
                executions={executions}
                hasAgentColumn={false}
              />
            ) : (
              <p className="p-4 text-muted">This task has not run yet.</p>
            )}
          </Panel>
        </div>
        <Panel title="Details">
          <Facts
            items={[
              [
                'Agent',
                task.agent && (
                  <Link
                    to={pathTo.agent(task.agent.id)}
                    className="font-medium underline decoration-line-strong underline-offset-2"
                  >
                    {task.agent.name}
                  </Link>
                ),
              ],
              ['Runs', task.mode && TASK_MODES[task.mode]],
              ['Priority', task.priority && TASK_PRIORITIES[task.priority]],
              ['Unknown outcome', task.onUnknownOutcome && UNKNOWN_OUTCOMES[task.onUnknownOutcome]],
              ['Not answered', task.onUnanswered && UNANSWERED[task.onUnanswered]],
              [
                'Time to answer',
                task.onUnanswered !== 'WAIT' && plural(task.answerWithinMinutes ?? 0, 'minute'),
              ],
              ['Created by', task.createdBy?.name],
              ['Created', <RelativeTime at={task.createdAt} />],
            ]}
          />
        </Panel>
      </div>
    </>
  );
}
