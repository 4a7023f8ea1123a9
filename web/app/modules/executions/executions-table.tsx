import { cx } from '#app/components/ui/class-names.ts';
import { Link } from '#app/components/ui/link.tsx';
import { SimulatedChip, StatusChip } from '#app/components/ui/status.tsx';
import { Cell, Row, RowLink, Table, type Column } from '#app/components/ui/table.tsx';
import { ElapsedTime, RelativeTime } from '#app/components/ui/time.tsx';
import type { ExecutionRowExecutionFragment } from '#app/gql/executions.ts';
import { formatCompact, formatMoney } from '#app/lib/format.ts';
import { pathTo } from '#app/lib/paths.ts';
import { FAILURES, executionStatusLook } from './execution-status.ts';

export interface ExecutionsTableProps {
  caption: string;
  executions: readonly ExecutionRowExecutionFragment[];
  isBusy?: boolean;
  /** Left out where all rows have the same one. */
  hasAgentColumn?: boolean;
  /** Beside other panels: fewer columns, for the sake of the prompt. */
  isCompact?: boolean;
}

const FIGURES: Column[] = [
  { label: 'Tokens', from: 'lg', isNumeric: true },
  { label: 'Cost', from: 'xl', isNumeric: true },
];

export function ExecutionsTable({
  caption,
  executions,
  isBusy,
  hasAgentColumn = true,
  isCompact = false,
}: ExecutionsTableProps) {
  const columns: Column[] = [
    { label: 'Prompt' },
    { label: 'Status' },
    ...(hasAgentColumn && !isCompact ? [{ label: 'Agent', from: 'md' } as const] : []),
    ...(isCompact ? [] : FIGURES),
    { label: 'Duration', from: 'sm', isNumeric: true },
    { label: 'Started', from: 'sm', isNumeric: true },
  ];
  return (
    <Table caption={caption} columns={columns} isBusy={isBusy}>
      {executions.map((execution) => (
        <Row key={execution.id}>
          <Cell className="main-cell">
            <div className="row-title">
              <span className="min-w-0 truncate">
                <RowLink to={pathTo.execution(execution.id)}>
                  {execution.prompt?.trim() || 'Execution'}
                </RowLink>
              </span>
              {execution.isSimulated && !isCompact && (
                <span className="max-sm:hidden">
                  <SimulatedChip />
                </span>
              )}
            </div>
            <p className={cx('row-note', !isCompact && 'sm:hidden')}>
              {[hasAgentColumn && execution.agent?.name, execution.isSimulated && 'Simulated']
                .filter(Boolean)
                .join(' · ')}
            </p>
          </Cell>
          <Cell>
            <StatusChip
              look={executionStatusLook(execution.status, execution.deniedCallCount)}
              title={execution.failureReason ? FAILURES[execution.failureReason].title : undefined}
            />
          </Cell>
          {hasAgentColumn && !isCompact && (
            <Cell from="md" className="whitespace-nowrap">
              {execution.agent && (
                <Link
                  to={pathTo.agent(execution.agent.id)}
                  className="text-muted hover:text-ink hover:underline"
                >
                  {execution.agent.name}
                </Link>
              )}
            </Cell>
          )}
          {!isCompact && (
            <>
              <Cell from="lg" isNumeric className="text-muted">
                {execution.inputTokens === null && execution.outputTokens === null
                  ? '—'
                  : formatCompact((execution.inputTokens ?? 0) + (execution.outputTokens ?? 0))}
              </Cell>
              <Cell from="xl" isNumeric className="text-muted">
                {formatMoney(execution.cost) ?? '—'}
              </Cell>
            </>
          )}
          <Cell from="sm" isNumeric className="text-muted">
            <ElapsedTime {...execution} />
          </Cell>
          <Cell from="sm" isNumeric className="text-muted">
            <RelativeTime at={execution.startedAt ?? execution.createdAt} />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
