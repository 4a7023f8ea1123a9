import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { useExecutionApprovalsResolveMutation, type ApprovalDecision } from '#app/gql/executions.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import type { ExecutionDetails } from './execution-actions.tsx';
import type { Timeline } from './timeline-model.ts';

type Approvals = NonNullable<NonNullable<ExecutionDetails['approvals']>['edges']>;
type Approval = NonNullable<Approvals[number]['node']>;

/** Those of the timeline that nobody has answered yet. */
export const waitingApprovalIds = (timeline: Timeline): string[] =>
  timeline.items.flatMap((item) =>
    item.kind === 'approval' && !item.resolution ? [item.request.approvalId] : [],
  );

/** The calls that this run waits for, to be decided where they are seen. */
export function RunApprovals({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  const waiting = waitingApprovalIds(timeline);
  const approvals = nodesOf(execution.approvals).filter(({ id }) => waiting.includes(id));
  return approvals.map((approval) => <RunApproval key={approval.id} approval={approval} />);
}

function RunApproval({ approval }: { approval: Approval }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [resolve, { loading }] = useExecutionApprovalsResolveMutation();
  const answer = async (decision: ApprovalDecision): Promise<void> => {
    const { data, error } = await resolve({ variables: { input: { approvalId: approval.id, decision } } });
    setFailure(failureOfOutcome(error, data?.approvalResolve));
  };
  const isMine = approval.viewerCan?.actions.includes('RESOLVE') ?? false;
  return (
    <Panel title={`Waits for approval of ${approval.toolName ?? 'a call'}`} className="mb-4">
      <FailureNotice failure={failure} className="mb-3" />
      <CodeBlock code={JSON.stringify(approval.arguments, null, 2)} label="Arguments of the call" />
      {approval.rule && <p className="mt-2 text-muted">{approval.rule}</p>}
      <div className="mt-3 flex flex-wrap gap-2">
        {isMine && (
          <>
            <Button variant="primary" icon="check" isPending={loading} onClick={() => void answer('APPROVE')}>
              Approve
            </Button>
            <Button variant="danger" icon="cross" isPending={loading} onClick={() => void answer('REJECT')}>
              Reject
            </Button>
          </>
        )}
        <ButtonLink to={pathTo.approval(approval.id)}>
          {isMine ? 'Change it, or say why' : 'Look at it'}
        </ButtonLink>
      </div>
    </Panel>
  );
}
