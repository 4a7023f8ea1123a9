import { Link } from '#app/components/ui/link.tsx';
import { SimulatedChip, StatusChip, Tag } from '#app/components/ui/status.tsx';
import { Cell, Row, RowLink, Table } from '#app/components/ui/table.tsx';
import type { AgentsTableAgentFragment } from '#app/gql/agents.ts';
import { pathTo } from '#app/lib/paths.ts';
import { AGENT_ROLES, agentStatusLook } from './agent-status.ts';

const COLUMNS = [
  { label: 'Agent' },
  { label: 'Status' },
  { label: 'Role', from: 'sm' },
  { label: 'Reports to', from: 'lg' },
  { label: 'Server', from: 'md' },
  { label: 'Model', from: 'lg' },
] as const;

export function AgentsTable({
  agents,
  isBusy,
}: {
  agents: readonly AgentsTableAgentFragment[];
  isBusy?: boolean;
}) {
  return (
    <Table caption="Agents" columns={[...COLUMNS]} isBusy={isBusy}>
      {agents.map((agent) => (
        <Row key={agent.id}>
          <Cell className="main-cell">
            <div className="row-title">
              <span className="truncate">
                <RowLink to={pathTo.agent(agent.id)}>{agent.name ?? 'Agent'}</RowLink>
              </span>
              {agent.isSimulated && <SimulatedChip />}
            </div>
            {agent.description && <p className="row-note">{agent.description}</p>}
          </Cell>
          <Cell>
            <StatusChip look={agentStatusLook(agent.status)} title={agent.statusReason ?? undefined} />
          </Cell>
          <Cell from="sm">{agent.role && <Tag>{AGENT_ROLES[agent.role].label}</Tag>}</Cell>
          <Cell from="lg" className="quiet-cell">
            {agent.supervisor ? (
              <Link to={pathTo.agent(agent.supervisor.id)} className="quiet-link">
                {agent.supervisor.name}
              </Link>
            ) : (
              '—'
            )}
          </Cell>
          <Cell from="md" className="quiet-cell">
            {agent.server ? (
              <Link to={pathTo.server(agent.server.id)} className="quiet-link">
                {agent.server.name}
              </Link>
            ) : (
              '—'
            )}
          </Cell>
          <Cell from="lg" className="code-cell">
            {agent.model ?? '—'}
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
