import { Form } from '@remix-run/react';
import { FormButtons } from '#app/components/form-buttons.tsx';
import { ShownField } from '#app/components/shown-field.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import type { TaskCreateInput, TaskFormOptionsFragment, TaskFormEditQuery } from '#app/gql/tasks.ts';
import { withChosen } from '#app/lib/chosen.ts';
import type { ShownValues } from '#app/lib/edit.server.ts';
import type { Failure } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import {
  TASK_PRIORITIES,
  UNANSWERED,
  UNKNOWN_OUTCOMES,
  isPriority,
  isUnansweredPolicy,
  isUnknownOutcomePolicy,
} from './task-status.ts';

type EditedTask = NonNullable<TaskFormEditQuery['task']>;
type TaskValues = Pick<
  TaskCreateInput,
  'title' | 'prompt' | 'agentId' | 'priority' | 'onUnknownOutcome' | 'onUnanswered' | 'answerWithinMinutes'
>;

export function readTaskForm(form: FormData): TaskValues {
  const priority = textOf(form, 'priority');
  const onUnknownOutcome = textOf(form, 'onUnknownOutcome');
  const onUnanswered = textOf(form, 'onUnanswered');
  return {
    title: textOf(form, 'title'),
    prompt: textOf(form, 'prompt'),
    agentId: textOf(form, 'agentId'),
    priority: isPriority(priority) ? priority : 'MEDIUM',
    onUnknownOutcome: isUnknownOutcomePolicy(onUnknownOutcome) ? onUnknownOutcome : DEFAULT_OUTCOME,
    onUnanswered: isUnansweredPolicy(onUnanswered) ? onUnanswered : DEFAULT_UNANSWERED,
    answerWithinMinutes: Math.round(Number(textOf(form, 'answerWithinMinutes'))) || 0,
  };
}

/** A task as the form shows it. */
export const taskFormValues = (task: EditedTask): TaskValues => ({
  title: task.title ?? '',
  prompt: task.prompt ?? '',
  agentId: task.agent?.id ?? '',
  priority: task.priority,
  onUnknownOutcome: task.onUnknownOutcome,
  onUnanswered: task.onUnanswered,
  answerWithinMinutes: task.answerWithinMinutes,
});

/** What the API takes when nothing is said. */
const DEFAULT_OUTCOME = 'FAIL';
const DEFAULT_UNANSWERED = 'DENY';
const A_DAY_IN_MINUTES = 1_440;

/** Each shows its own message. */
const FIELDS = [
  'title',
  'prompt',
  'agentId',
  'priority',
  'onUnknownOutcome',
  'onUnanswered',
  'answerWithinMinutes',
];

export interface TaskFormPageProps {
  /** The task that is edited; null for a new one. */
  task: EditedTask | null;
  options: TaskFormOptionsFragment;
  failure: Failure | null;
  /** What the form holds: what was sent, so that a refused form keeps it, or the task as it is. */
  values: TaskValues | null;
  shown: ShownValues | null;
}

export function TaskFormPage({ task, options, failure, values, shown }: TaskFormPageProps) {
  const agents = withChosen(nodesOf(options.agents), task?.agent);
  const fields = failure?.fields ?? {};
  return (
    <>
      {task ? (
        <PageHeader
          title={`Edit ${task.title ?? 'task'}`}
          parent={{ to: pathTo.task(task.id), label: task.title ?? 'Task' }}
          description="A run that was started keeps the prompt it was started with."
        />
      ) : (
        <PageHeader title="New task" parent={{ to: '/tasks', label: 'Tasks' }} />
      )}
      <Form method="post" className="max-w-2xl space-y-6">
        <FailureNotice failure={failure} beside={FIELDS} />
        <ShownField shown={shown} />
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <InputField
            label="Title"
            name="title"
            required
            defaultValue={values?.title}
            error={fields['title']}
            autoComplete="off"
          />
          <TextareaField
            label="Prompt"
            name="prompt"
            rows={7}
            required
            defaultValue={values?.prompt}
            error={fields['prompt']}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="Agent"
              name="agentId"
              required
              defaultValue={values?.agentId}
              error={fields['agentId']}
            >
              {task && !task.agent && <option value="">None: choose one before it runs again</option>}
              {agents.map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Priority"
              name="priority"
              defaultValue={values?.priority ?? 'MEDIUM'}
              error={fields['priority']}
            >
              {Object.entries(TASK_PRIORITIES).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          </div>
          <SelectField
            label="When nobody can know whether a tool call took effect"
            name="onUnknownOutcome"
            defaultValue={values?.onUnknownOutcome ?? DEFAULT_OUTCOME}
            error={fields['onUnknownOutcome']}
          >
            {Object.entries(UNKNOWN_OUTCOMES)
              // Nobody can be asked about that yet; a choice that was made through the API stays one.
              .filter(([value]) => value !== 'ASK' || values?.onUnknownOutcome === 'ASK')
              .map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
          </SelectField>
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="When nobody answers an approval"
              name="onUnanswered"
              defaultValue={values?.onUnanswered ?? DEFAULT_UNANSWERED}
              error={fields['onUnanswered']}
            >
              {Object.entries(UNANSWERED).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <InputField
              label="Minutes to answer"
              name="answerWithinMinutes"
              type="number"
              min={1}
              max={43_200}
              required
              defaultValue={values?.answerWithinMinutes ?? A_DAY_IN_MINUTES}
              error={fields['answerWithinMinutes']}
            />
          </div>
        </div>
        <FormButtons
          action={task ? 'Save changes' : 'Create task'}
          cancelTo={task ? pathTo.task(task.id) : '/tasks'}
        />
      </Form>
    </>
  );
}
