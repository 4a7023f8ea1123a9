import { Form, useRevalidator, useSearchParams } from '@remix-run/react';
import { ButtonLink, Button } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { FilterLinks } from '#app/components/ui/filter-links.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import {
  useExecutionsPageQuery,
  type ExecutionsPageQuery,
  type ExecutionsPageQueryVariables,
} from '#app/gql/executions.ts';
import type { Loaded } from '#app/lib/api/page-query.ts';
import { plural } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { STATUS_GROUPS, readExecutionsFilter } from './executions-filter.ts';
import { ExecutionsTable } from './executions-table.tsx';
import { useNewExecutions } from './use-new-executions.ts';

const STATUS_OPTIONS = [
  { value: null, label: 'All' },
  ...Object.entries(STATUS_GROUPS).map(([value, { label }]) => ({ value, label })),
];

export function ExecutionsPage(page: Loaded<ExecutionsPageQuery, ExecutionsPageQueryVariables>) {
  const { variables } = page;
  const [search] = useSearchParams();
  const filter = readExecutionsFilter(search);
  const { data } = useExecutionsPageQuery(page);
  const executions = nodesOf(data?.executions);
  const isFirstPage = !variables.after && !variables.before;
  const newCount = useNewExecutions(variables.filter ?? undefined, executions);
  const revalidator = useRevalidator();
  const isPending = useIsListPending() || revalidator.state === 'loading';
  const isFiltered = filter.status !== null || filter.search !== null;
  return (
    <>
      <PageHeader title="Executions" description="Every run of an agent, newest first." />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <FilterLinks label="Status" name="status" value={filter.status} options={STATUS_OPTIONS} />
        <Form role="search" className="w-full sm:w-64" replace>
          {filter.status && <input type="hidden" name="status" value={filter.status} />}
          <InputField
            label="Search prompts"
            isLabelHidden
            name="q"
            type="search"
            placeholder="Search prompts"
            // The API searches for three letters or more.
            minLength={3}
            defaultValue={filter.search ?? ''}
          />
        </Form>
      </div>
      <div className="relative rounded-lg border border-line bg-surface">
        {newCount > 0 && isFirstPage && (
          <div className="absolute inset-x-0 top-1 z-10 flex justify-center" role="status">
            <Button
              variant="primary"
              size="sm"
              icon="refresh"
              className="rounded-full shadow-md"
              onClick={revalidator.revalidate}
            >
              {plural(newCount, 'new run')}
            </Button>
          </div>
        )}
        {executions.length > 0 ? (
          <ExecutionsTable caption="Executions" executions={executions} isBusy={isPending} />
        ) : isFiltered ? (
          <EmptyState
            icon="execution"
            title="Nothing matches"
            action={<ButtonLink to="/executions">Clear the filters</ButtonLink>}
          >
            No execution has this status and these words.
          </EmptyState>
        ) : (
          <EmptyState
            icon="execution"
            title="No executions yet"
            action={
              <ButtonLink to="/agents" variant="primary" icon="agent">
                Choose an agent
              </ButtonLink>
            }
          >
            Open an agent and give it a prompt. The run shows here, live, with every tool call.
          </EmptyState>
        )}
        {executions.length > 0 && (
          <Pagination
            pageInfo={data?.executions?.pageInfo}
            count={data?.executions}
            shownCount={executions.length}
            noun="execution"
          />
        )}
      </div>
    </>
  );
}
