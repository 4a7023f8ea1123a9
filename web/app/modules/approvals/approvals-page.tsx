import { Form, useNavigation, useRevalidator, useSearchParams } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { InputField } from '#app/components/ui/field.tsx';
import { FilterLinks } from '#app/components/ui/filter-links.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import { StatusChip } from '#app/components/ui/status.tsx';
import { Cell, Row, RowLink, Table } from '#app/components/ui/table.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import type { ApprovalRowApprovalFragment, ApprovalsPageQuery } from '#app/gql/approvals.ts';
import type { Failure } from '#app/lib/failure.ts';
import { plural } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { approvalStatusLook, STATUS_GROUPS } from './approval-status.ts';
import { useNewApprovals } from './use-new-approvals.ts';

const STATUS_OPTIONS = [
  { value: null, label: 'Waiting' },
  ...Object.entries(STATUS_GROUPS).map(([value, { label }]) => ({ value, label })),
];

const COLUMNS = [
  { label: 'Call' },
  { label: 'Status', from: 'sm' },
  { label: 'Agent', from: 'md' },
  { label: 'Asked', isNumeric: true },
  { label: 'Until', from: 'lg', isNumeric: true },
] as const;

const FORM_ID = 'approvals-answer';

/** What became of an answer to many. */
export interface BulkAnswer {
  resolvedCount: number;
  faults: string[];
}

export interface ApprovalsPageProps {
  data: ApprovalsPageQuery;
  failure: Failure | null;
  answer: BulkAnswer | null;
}

export function ApprovalsPage({ data, failure, answer }: ApprovalsPageProps) {
  const [search] = useSearchParams();
  const status = search.get('status');
  const group = status && status in STATUS_GROUPS ? status : null;
  const approvals = nodesOf(data.approvals);
  const newCount = useNewApprovals(approvals);
  const revalidator = useRevalidator();
  const isPending = useIsListPending() || revalidator.state === 'loading';
  const isAnswerable =
    group === null && approvals.some(({ viewerCan }) => viewerCan?.actions.includes('RESOLVE'));
  return (
    <>
      <PageHeader
        title="Approvals"
        description="Tool calls and questions that wait for a person, newest first."
      />
      <FailureNotice failure={failure} className="mb-4" />
      {answer && <AnswerNotice answer={answer} />}
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
        <FilterLinks label="Status" name="status" value={group} options={STATUS_OPTIONS} />
        {newCount > 0 && (
          <div role="status">
            <Button variant="primary" size="sm" icon="refresh" onClick={revalidator.revalidate}>
              {plural(newCount, 'new approval')}
            </Button>
          </div>
        )}
      </div>
      {group === null && <Questions questions={nodesOf(data.inputRequests)} />}
      <div className="rounded-lg border border-line bg-surface">
        {approvals.length > 0 ? (
          <>
            <Table
              caption="Approvals"
              columns={isAnswerable ? [{ label: 'Choose', isLabelHidden: true }, ...COLUMNS] : [...COLUMNS]}
              isBusy={isPending}
            >
              {approvals.map((approval) => (
                <ApprovalRow key={approval.id} approval={approval} isAnswerable={isAnswerable} />
              ))}
            </Table>
            {isAnswerable && <BulkForm />}
            <Pagination
              pageInfo={data.approvals?.pageInfo}
              count={data.approvals}
              shownCount={approvals.length}
              noun="approval"
            />
          </>
        ) : group ? (
          <EmptyState
            icon="hand"
            title="Nothing here"
            action={<ButtonLink to="/approvals">Show what waits</ButtonLink>}
          >
            No call has been {STATUS_GROUPS[group]!.label.toLowerCase()} yet.
          </EmptyState>
        ) : (
          <EmptyState icon="hand" title="Nothing waits for you">
            When an agent wants to use a tool whose permission says Ask, the call stops here until somebody
            has looked at it.
          </EmptyState>
        )}
      </div>
    </>
  );
}

type Question = NonNullable<
  NonNullable<NonNullable<ApprovalsPageQuery['inputRequests']>['edges']>[number]['node']
>;

/** They are answered in their runs, where one sees what led to them. */
function Questions({ questions }: { questions: readonly Question[] }) {
  if (questions.length === 0) return null;
  return (
    <Panel title="Questions of agents" className="mb-4" isFlush>
      <ul className="divide-y divide-line">
        {questions.map(({ id, question, agent, execution, createdAt }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-2.5">
            <p className="min-w-0 flex-1 [overflow-wrap:anywhere]">
              {execution ? (
                <Link to={pathTo.execution(execution.id)} className="quiet-link font-medium">
                  {question}
                </Link>
              ) : (
                question
              )}
            </p>
            <span className="text-muted max-sm:hidden">{agent?.name}</span>
            <span className="text-muted">
              <RelativeTime at={createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ApprovalRow({
  approval,
  isAnswerable,
}: {
  approval: ApprovalRowApprovalFragment;
  isAnswerable: boolean;
}) {
  const name = approval.toolName ?? 'a tool';
  return (
    <Row>
      {isAnswerable && (
        <Cell className="relative z-10">
          <input
            type="checkbox"
            name="approvalId"
            value={approval.id}
            form={FORM_ID}
            aria-label={`Choose ${name} of ${approval.agent?.name ?? 'an agent'}`}
            className="size-5 accent-accent"
          />
        </Cell>
      )}
      <Cell className="w-full max-w-0">
        <p className="truncate">
          <RowLink to={pathTo.approval(approval.id)}>{name}</RowLink>
        </p>
        <p className="row-note font-mono">{JSON.stringify(approval.arguments)}</p>
      </Cell>
      <Cell from="sm">
        <StatusChip look={approvalStatusLook(approval.status)} />
      </Cell>
      <Cell from="md" className="whitespace-nowrap text-muted">
        {approval.agent ? (
          <Link to={pathTo.agent(approval.agent.id)} className="quiet-link">
            {approval.agent.name}
          </Link>
        ) : (
          '—'
        )}
      </Cell>
      <Cell isNumeric className="text-muted">
        <RelativeTime at={approval.createdAt} />
      </Cell>
      <Cell from="lg" isNumeric className="text-muted">
        {approval.expiresAt ? <RelativeTime at={approval.expiresAt} /> : 'no limit'}
      </Cell>
    </Row>
  );
}

function BulkForm() {
  const isSending = useNavigation().state === 'submitting';
  return (
    <Form
      method="post"
      id={FORM_ID}
      className="flex flex-wrap items-end gap-2 border-t border-line p-3"
      aria-label="Answer to the chosen calls"
    >
      <div className="w-full sm:w-72">
        <InputField label="Reason, for the agent" name="reason" maxLength={1_000} autoComplete="off" />
      </div>
      <Button type="submit" name="decision" value="APPROVE" variant="primary" isPending={isSending}>
        Approve the chosen
      </Button>
      <Button type="submit" name="decision" value="REJECT" variant="danger" isPending={isSending}>
        Reject the chosen
      </Button>
    </Form>
  );
}

function AnswerNotice({ answer: { resolvedCount, faults } }: { answer: BulkAnswer }) {
  const said = `${plural(resolvedCount, 'call')} answered.`;
  return (
    <div role="status" className="mb-4">
      <Notice tone={faults.length > 0 ? 'warning' : 'success'} title={said}>
        {faults.length > 0 && (
          <ul className="list-disc pl-4">
            {faults.map((fault, index) => (
              <li key={index}>{fault}</li>
            ))}
          </ul>
        )}
      </Notice>
    </div>
  );
}
