import { Form, useNavigation } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { useTaskFormOptionsQuery, type TaskCreateInput } from '#app/gql/tasks.ts';
import type { Failure } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { TASK_PRIORITIES, isPriority } from './task-status.ts';

export function readTaskForm(form: FormData): TaskCreateInput {
  const priority = textOf(form, 'priority');
  return {
    title: textOf(form, 'title'),
    prompt: textOf(form, 'prompt'),
    agentId: textOf(form, 'agentId'),
    priority: isPriority(priority) ? priority : 'MEDIUM',
    mode: 'IMMEDIATE',
  };
}

/** Each shows its own message. */
const FIELDS = ['title', 'prompt', 'agentId', 'priority'];

export interface TaskFormPageProps {
  failure: Failure | null;
  sent: TaskCreateInput | null;
}

export function TaskFormPage({ failure, sent }: TaskFormPageProps) {
  const isPending = useNavigation().state !== 'idle';
  const agents = nodesOf(useTaskFormOptionsQuery().data?.agents);
  const fields = failure?.fields ?? {};
  return (
    <>
      <PageHeader title="New task" parent={{ to: '/tasks', label: 'Tasks' }} />
      <Form method="post" className="max-w-2xl space-y-6">
        <FailureNotice failure={failure} beside={FIELDS} />
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <InputField
            label="Title"
            name="title"
            required
            defaultValue={sent?.title}
            error={fields['title']}
            autoComplete="off"
          />
          <TextareaField
            label="Prompt"
            name="prompt"
            rows={7}
            required
            defaultValue={sent?.prompt}
            error={fields['prompt']}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="Agent"
              name="agentId"
              required
              defaultValue={sent?.agentId}
              error={fields['agentId']}
            >
              {agents.map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Priority"
              name="priority"
              defaultValue={sent?.priority ?? 'MEDIUM'}
              error={fields['priority']}
            >
              {Object.entries(TASK_PRIORITIES).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          </div>
        </div>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" isPending={isPending}>
            Create task
          </Button>
          <ButtonLink to="/tasks">Cancel</ButtonLink>
        </div>
      </Form>
    </>
  );
}
