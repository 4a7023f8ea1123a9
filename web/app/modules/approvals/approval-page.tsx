import { Form, useNavigation } from '@remix-run/react';
import { Button } from '#app/components/ui/button.tsx';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { StatusChip } from '#app/components/ui/status.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import type { ApprovalPageQuery } from '#app/gql/approvals.ts';
import type { Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import { APPROVAL_SCOPES, approvalStatusLook } from './approval-status.ts';
import { argumentsText, type ApprovalAnswer } from './approval-answer.ts';

type Approval = NonNullable<ApprovalPageQuery['approval']>;

const FIELDS = ['editedArguments', 'reason', 'remember'];
const LINK = 'font-medium underline decoration-line-strong underline-offset-2';

export interface ApprovalPageProps {
  approval: Approval;
  failure: Failure | null;
  /** What a refused form shows again. */
  sent: ApprovalAnswer | null;
}

/** A call that waits for a person, on one page that suits a telephone too. */
export function ApprovalPage({ approval, failure, sent }: ApprovalPageProps) {
  const isOpen = approval.status === 'PENDING';
  const isMine = approval.viewerCan?.actions.includes('RESOLVE') ?? false;
  const asks = approval.agent?.name ?? 'An agent';
  return (
    <>
      <PageHeader
        title={approval.toolName ?? 'Approval'}
        parent={{ to: '/approvals', label: 'Approvals' }}
        description={`${asks} wants to call this tool on ${approval.serverName ?? 'a server'}.`}
        badges={<StatusChip look={approvalStatusLook(approval.status)} />}
      />
      <FailureNotice failure={failure} beside={isOpen && isMine ? FIELDS : []} className="mb-4" />
      {approval.escalatedAt && isOpen && (
        <Notice tone="warning" title="Nobody has answered in time" className="mb-4">
          Those who are manager or above have to decide now.
        </Notice>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        {isOpen && isMine ? (
          <AnswerForm approval={approval} failure={failure} sent={sent} />
        ) : (
          <Panel title="Arguments">
            <CodeBlock code={argumentsText(approval)} label="Arguments of the call" />
          </Panel>
        )}
        <Panel title="About this call">
          <Facts
            items={[
              [
                'Agent',
                approval.agent && (
                  <Link to={pathTo.agent(approval.agent.id)} className={LINK}>
                    {asks}
                  </Link>
                ),
              ],
              [
                'Run',
                approval.execution && (
                  <Link to={pathTo.execution(approval.execution.id)} className={LINK}>
                    {approval.execution.prompt?.slice(0, 80) ?? 'Open the run'}
                  </Link>
                ),
              ],
              ['Tool', approval.tool?.description || null],
              ['Why it asks', approval.rule],
              ['Asked', <RelativeTime at={approval.createdAt} />],
              isOpen
                ? ['Answer until', approval.expiresAt ? <RelativeTime at={approval.expiresAt} /> : 'No limit']
                : ['Decided', <RelativeTime at={approval.resolvedAt} />],
              ...(isOpen
                ? []
                : ([
                    ['By', approval.resolvedBy?.name],
                    ['Reason', approval.reason],
                    ['Counts for', approval.remember && APPROVAL_SCOPES[approval.remember]],
                  ] as [string, string | null | undefined][])),
            ]}
          />
        </Panel>
      </div>
    </>
  );
}

function AnswerForm({ approval, failure, sent }: ApprovalPageProps) {
  const isSending = useNavigation().state !== 'idle';
  const fields = failure?.fields ?? {};
  return (
    <Form method="post" className="min-w-0 space-y-4 rounded-lg border border-line bg-surface p-4">
      {approval.isEditable ? (
        <TextareaField
          label="Arguments"
          name="editedArguments"
          rows={10}
          spellCheck={false}
          className="font-mono text-[0.8125rem]"
          defaultValue={sent?.editedArguments ?? argumentsText(approval)}
          error={fields['editedArguments']}
          hint="The tool gets what stands here. The agent is told when you change it."
        />
      ) : (
        <>
          <CodeBlock code={argumentsText(approval)} label="Arguments of the call" />
          <p className="text-muted">They hold a secret that is not shown, so they cannot be changed.</p>
        </>
      )}
      <InputField
        label="Reason, for the agent"
        name="reason"
        maxLength={1_000}
        autoComplete="off"
        defaultValue={sent?.reason}
        error={fields['reason']}
      />
      <SelectField
        label="An approval counts for"
        name="remember"
        defaultValue={sent?.remember ?? 'ONCE'}
        error={fields['remember']}
      >
        {Object.entries(APPROVAL_SCOPES).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <div className="flex flex-wrap gap-2">
        <Button
          type="submit"
          name="decision"
          value="APPROVE"
          variant="primary"
          icon="check"
          isPending={isSending}
          className="max-sm:flex-1"
        >
          Approve
        </Button>
        <Button
          type="submit"
          name="decision"
          value="REJECT"
          variant="danger"
          icon="cross"
          isPending={isSending}
          className="max-sm:flex-1"
        >
          Reject
        </Button>
      </div>
    </Form>
  );
}
