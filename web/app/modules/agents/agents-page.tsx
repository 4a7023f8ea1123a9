import { Form, useSearchParams } from '@remix-run/react';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { FilterLinks } from '#app/components/ui/filter-links.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import type { AgentsPageQuery } from '#app/gql/agents.ts';
import type { RowsOf } from '#app/lib/paging.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { AGENT_STATUSES } from './agent-status.ts';
import { readAgentsFilter } from './agents-filter.ts';
import { AgentsTable } from './agents-table.tsx';

const STATUS_OPTIONS = [
  { value: null, label: 'All' },
  ...Object.entries(AGENT_STATUSES).map(([value, { label }]) => ({ value, label })),
];

export function AgentsPage({ list }: { list: RowsOf<AgentsPageQuery['agents']> }) {
  const [search] = useSearchParams();
  const filter = readAgentsFilter(search);
  const agents = list.rows;
  const isPending = useIsListPending();
  const create = (
    <ButtonLink to="/agents/new" variant="primary" icon="plus">
      New agent
    </ButtonLink>
  );
  return (
    <>
      <PageHeader
        title="Agents"
        description="Who does the work, with which model, tools and limits."
        actions={create}
      />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <FilterLinks label="Status" name="status" value={filter.status} options={STATUS_OPTIONS} />
        <Form role="search" className="w-full sm:w-64" replace>
          {filter.status && <input type="hidden" name="status" value={filter.status} />}
          <InputField
            label="Search agents"
            isLabelHidden
            name="q"
            type="search"
            placeholder="Search by name"
            defaultValue={filter.search ?? ''}
          />
        </Form>
      </div>
      <div className="rounded-lg border border-line bg-surface">
        {agents.length > 0 ? (
          <>
            <AgentsTable agents={agents} isBusy={isPending} />
            <Pagination pageInfo={list.pageInfo} count={list} shownCount={agents.length} noun="agent" />
          </>
        ) : filter.status || filter.search ? (
          <EmptyState
            icon="agent"
            title="Nothing matches"
            action={<ButtonLink to="/agents">Clear the filters</ButtonLink>}
          >
            No agent has this status and this name.
          </EmptyState>
        ) : (
          <EmptyState icon="agent" title="No agents yet" action={create}>
            An agent joins a model with a server and says which of its tools may be used.
          </EmptyState>
        )}
      </div>
    </>
  );
}
