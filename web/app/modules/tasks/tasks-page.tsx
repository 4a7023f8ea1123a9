import { Form, useSearchParams } from '@remix-run/react';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import { StatusChip, Tag } from '#app/components/ui/status.tsx';
import { Cell, Row, RowLink, Table } from '#app/components/ui/table.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import type { TasksPageQuery } from '#app/gql/tasks.ts';
import type { RowsOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { TASK_MODES, TASK_PRIORITIES, taskStatusLook } from './task-status.ts';

const COLUMNS = [
  { label: 'Task' },
  { label: 'Status' },
  { label: 'Runs', from: 'sm' },
  { label: 'Agent', from: 'md' },
  { label: 'Priority', from: 'lg' },
  { label: 'Created', from: 'sm', isNumeric: true },
] as const;

export function TasksPage({ list }: { list: RowsOf<TasksPageQuery['tasks']> }) {
  const [search] = useSearchParams();
  const words = search.get('q');
  const tasks = list.rows;
  const isPending = useIsListPending();
  const create = (
    <ButtonLink to="/tasks/new" variant="primary" icon="plus">
      New task
    </ButtonLink>
  );
  return (
    <>
      <PageHeader title="Tasks" description="Prompts that are saved to be run again." actions={create} />
      <Form role="search" className="mb-3 w-full sm:w-64" replace>
        <InputField
          label="Search tasks"
          isLabelHidden
          name="q"
          type="search"
          placeholder="Search by title"
          defaultValue={words ?? ''}
        />
      </Form>
      <div className="rounded-lg border border-line bg-surface">
        {tasks.length > 0 ? (
          <>
            <Table caption="Tasks" columns={[...COLUMNS]} isBusy={isPending}>
              {tasks.map((task) => (
                <Row key={task.id}>
                  <Cell className="main-cell">
                    <p className="truncate">
                      <RowLink to={pathTo.task(task.id)}>{task.title ?? 'Task'}</RowLink>
                    </p>
                    <p className="row-note">{task.prompt}</p>
                  </Cell>
                  <Cell>
                    <StatusChip look={taskStatusLook(task.status)} />
                  </Cell>
                  <Cell from="sm">{task.mode && <Tag>{TASK_MODES[task.mode]}</Tag>}</Cell>
                  <Cell from="md" className="quiet-cell">
                    {task.agent ? (
                      <Link to={pathTo.agent(task.agent.id)} className="quiet-link">
                        {task.agent.name}
                      </Link>
                    ) : (
                      '—'
                    )}
                  </Cell>
                  <Cell from="lg" className="text-muted">
                    {task.priority && TASK_PRIORITIES[task.priority]}
                  </Cell>
                  <Cell from="sm" isNumeric className="text-muted">
                    <RelativeTime at={task.createdAt} />
                  </Cell>
                </Row>
              ))}
            </Table>
            <Pagination pageInfo={list.pageInfo} count={list} shownCount={tasks.length} noun="task" />
          </>
        ) : words ? (
          <EmptyState
            icon="task"
            title="Nothing matches"
            action={<ButtonLink to="/tasks">Clear the search</ButtonLink>}
          >
            No task has these words in its title.
          </EmptyState>
        ) : (
          <EmptyState icon="task" title="No tasks yet" action={create}>
            A task keeps a prompt with its agent, so that anyone in the team can run it again with one press.
          </EmptyState>
        )}
      </div>
    </>
  );
}
