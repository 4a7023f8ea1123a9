import { Form, useSearchParams } from '@remix-run/react';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { FilterLinks } from '#app/components/ui/filter-links.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import { Tag } from '#app/components/ui/status.tsx';
import { Cell, Row, Table } from '#app/components/ui/table.tsx';
import type { ToolKind, ToolsPageQuery } from '#app/gql/tools.ts';
import type { RowsOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { readToolsFilter } from './tools-filter.ts';

const COLUMNS = [
  { label: 'Tool' },
  { label: 'Kind', from: 'sm' },
  { label: 'Category', from: 'md' },
  { label: 'Server', from: 'sm' },
] as const;

const KINDS: Record<ToolKind, string> = { MCP: 'MCP', CLI: 'Command line' };

const KIND_OPTIONS = [
  { value: null, label: 'All' },
  { value: 'MCP', label: 'MCP' },
  { value: 'CLI', label: 'Command line' },
];

export function ToolsPage({ list }: { list: RowsOf<ToolsPageQuery['tools']> }) {
  const [search] = useSearchParams();
  const filter = readToolsFilter(search);
  const tools = list.rows;
  const isPending = useIsListPending();
  return (
    <>
      <PageHeader title="Tools" description="What the servers offer, and well-known command line tools." />
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <FilterLinks label="Kind" name="kind" value={filter.kind} options={KIND_OPTIONS} />
        <Form role="search" className="w-full sm:w-64" replace>
          {filter.kind && <input type="hidden" name="kind" value={filter.kind} />}
          <InputField
            label="Search tools"
            isLabelHidden
            name="q"
            type="search"
            placeholder="Search by name"
            defaultValue={filter.search ?? ''}
          />
        </Form>
      </div>
      <div className="rounded-lg border border-line bg-surface">
        {tools.length > 0 ? (
          <>
            <Table caption="Tools" columns={[...COLUMNS]} isBusy={isPending}>
              {tools.map((tool) => (
                <Row key={tool.id}>
                  <Cell className="main-cell">
                    <p className="truncate font-mono text-[0.8125rem] font-semibold">{tool.name}</p>
                    <p className="row-note">{tool.description ?? tool.title}</p>
                  </Cell>
                  <Cell from="sm">{tool.kind && <Tag>{KINDS[tool.kind]}</Tag>}</Cell>
                  <Cell from="md" className="quiet-cell">
                    {tool.category ?? '—'}
                  </Cell>
                  <Cell from="sm" className="quiet-cell">
                    {tool.server ? (
                      <Link to={pathTo.server(tool.server.id)} className="quiet-link">
                        {tool.server.name}
                      </Link>
                    ) : (
                      '—'
                    )}
                  </Cell>
                </Row>
              ))}
            </Table>
            <Pagination pageInfo={list.pageInfo} count={list} shownCount={tools.length} noun="tool" />
          </>
        ) : filter.kind || filter.search ? (
          <EmptyState
            icon="tool"
            title="Nothing matches"
            action={<ButtonLink to="/tools">Clear the filters</ButtonLink>}
          >
            No tool is of this kind and has this name.
          </EmptyState>
        ) : (
          <EmptyState
            icon="tool"
            title="No tools yet"
            action={
              <ButtonLink to="/servers" variant="primary" icon="server">
                Go to servers
              </ButtonLink>
            }
          >
            Tools appear here when the tools of a server are synced.
          </EmptyState>
        )}
      </div>
    </>
  );
}
