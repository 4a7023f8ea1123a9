import { useState } from 'react';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { SimulatedChip, StatusChip, Tag } from '#app/components/ui/status.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import { useAgentPageQuery, type AgentPageQuery, type AgentPageQueryVariables } from '#app/gql/agents.ts';
import type { Loaded } from '#app/lib/api/page-query.ts';
import type { Failure } from '#app/lib/failure.ts';
import { formatCount, formatDuration, formatNumber } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { ExecutionsTable } from '../executions/executions-table.tsx';
import { AgentActions } from './agent-actions.tsx';
import { AgentPermissions } from './agent-permissions.tsx';
import { AgentPrompt } from './agent-prompt.tsx';
import { AGENT_ROLES, agentStatusLook } from './agent-status.ts';

type Agent = NonNullable<AgentPageQuery['agent']>;

const LINK = 'font-medium text-ink underline decoration-line-strong underline-offset-2 hover:decoration-ink';
const limit = (value: number | null): string => (value === null ? 'No limit' : formatNumber(value));

function AgentFacts({ agent }: { agent: Agent }) {
  return (
    <Panel title="Details">
      <Facts
        items={[
          [
            'Role',
            agent.role && <span title={AGENT_ROLES[agent.role].hint}>{AGENT_ROLES[agent.role].label}</span>,
          ],
          [
            'Reports to',
            agent.supervisor && (
              <Link to={pathTo.agent(agent.supervisor.id)} className={LINK}>
                {agent.supervisor.name}
              </Link>
            ),
          ],
          [
            'Server',
            agent.server && (
              <Link to={pathTo.server(agent.server.id)} className={LINK}>
                {agent.server.name}
              </Link>
            ),
          ],
          ['Provider', agent.modelProvider?.name],
          ['Model', agent.model && <span className="font-mono text-xs">{agent.model}</span>],
          ['At once', limit(agent.maxConcurrency)],
          ['Steps', limit(agent.maxSteps)],
          ['Tokens', limit(agent.maxTokens)],
          ['Time', agent.maxDurationMs === null ? 'No limit' : formatDuration(agent.maxDurationMs)],
          ['Revision', agent.revision !== null && `#${agent.revision}`],
          ['Changed', <RelativeTime at={agent.updatedAt} />],
        ]}
      />
      {(agent.capabilities?.length ?? 0) > 0 && (
        <ul aria-label="Capabilities" className="mt-4 flex flex-wrap gap-1.5">
          {agent.capabilities?.map((capability) => (
            <li key={capability}>
              <Tag>{capability}</Tag>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Reports({ reports }: { reports: NonNullable<Agent['reports']> }) {
  return (
    <Panel title="Direct reports" isFlush>
      <ul className="divide-y divide-line">
        {reports.map((report) => (
          <li key={report.id} className="flex items-center justify-between gap-3 px-4 py-2">
            <Link to={pathTo.agent(report.id)} className="truncate font-medium hover:underline">
              {report.name}
            </Link>
            <StatusChip look={agentStatusLook(report.status)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export interface AgentPageProps {
  page: Loaded<AgentPageQuery, AgentPageQueryVariables>;
  idempotencyKey: string;
  runFailure: Failure | null;
  prompt: string;
}

export function AgentPage({ page, idempotencyKey, runFailure, prompt }: AgentPageProps) {
  const agent = useAgentPageQuery(page).data?.agent;
  const [failure, setFailure] = useState<Failure | null>(null);
  if (!agent) return null;
  const executions = nodesOf(agent.executions);
  const isUnreachable = agent.server?.status === 'OFFLINE' || agent.server?.status === 'UNKNOWN';
  return (
    <>
      <PageHeader
        title={agent.name ?? 'Agent'}
        parent={{ to: '/agents', label: 'Agents' }}
        badges={
          <>
            <StatusChip look={agentStatusLook(agent.status)} />
            {agent.isSimulated && <SimulatedChip />}
          </>
        }
        description={agent.description}
        actions={<AgentActions agent={agent} onFailure={setFailure} />}
      />
      <FailureNotice failure={failure} className="mb-4" />
      {agent.status === 'PENDING_VALIDATION' && (
        <Notice tone="warning" title="This agent waits for validation" className="mb-4">
          A manager checks its prompt, tools and limits. Until then it takes no prompts.
          {isUnreachable && agent.server && (
            <p className="mt-1">
              It cannot be validated yet: its server{' '}
              <Link to={pathTo.server(agent.server.id)} className={LINK}>
                {agent.server.name}
              </Link>{' '}
              has not answered. Test the connection first.
            </p>
          )}
        </Notice>
      )}
      {agent.status === 'ERROR' && (
        <Notice tone="danger" title="This agent has a problem" className="mb-4">
          {agent.statusReason ??
            'Look at its last execution, correct what it complains about, and activate it again.'}
        </Notice>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0 space-y-6">
          <AgentPrompt
            status={agent.status}
            idempotencyKey={idempotencyKey}
            failure={runFailure}
            prompt={prompt}
          />
          <Panel
            title="Recent executions"
            isFlush
            aside={<span className="tabular text-xs text-muted">{formatCount(agent.executions)}</span>}
          >
            {executions.length > 0 ? (
              <ExecutionsTable
                caption={`Executions of ${agent.name}`}
                executions={executions}
                hasAgentColumn={false}
                isCompact
              />
            ) : (
              <p className="p-4 text-muted">This agent has not run yet.</p>
            )}
          </Panel>
          <AgentPermissions agent={agent} />
        </div>
        <div className="space-y-4">
          <AgentFacts agent={agent} />
          {(agent.reports?.length ?? 0) > 0 && <Reports reports={agent.reports ?? []} />}
          {agent.systemPrompt && (
            <Panel title="System prompt">
              <CodeBlock code={agent.systemPrompt} label="Text of the system prompt" />
            </Panel>
          )}
        </div>
      </div>
    </>
  );
}
