import type { ReactNode } from 'react';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { StatusChip, type StatusLook } from '#app/components/ui/status.tsx';
import { useHomePageQuery, type HomePageQuery } from '#app/gql/home.ts';
import { formatCount } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo, type Path } from '#app/lib/paths.ts';
import { AGENT_ROLES, agentStatusLook } from '../agents/agent-status.ts';
import { ExecutionsTable } from '../executions/executions-table.tsx';
import { isFinal } from '../executions/execution-status.ts';
import { PROTOCOLS, serverStatusLook } from '../servers/server-status.ts';
import { FirstSteps } from './first-steps.tsx';
import { useHomeUpdates } from './use-home-updates.ts';

const More = ({ to, children }: { to: Path; children: ReactNode }) => (
  <Link
    to={to}
    prefetch="intent"
    className="text-[0.8125rem] font-medium text-muted hover:text-ink hover:underline"
  >
    {children}
  </Link>
);

interface NounRowProps {
  to: Path;
  name: string | null;
  note: string;
  status: StatusLook;
}

function NounRow({ to, name, note, status }: NounRowProps) {
  return (
    <li className="flex min-h-11 items-center gap-3 px-4 py-2">
      <div className="min-w-0 flex-1">
        <Link to={to} prefetch="intent" className="block truncate font-medium hover:underline">
          {name}
        </Link>
        {note && <p className="row-note">{note}</p>}
      </div>
      <StatusChip look={status} />
    </li>
  );
}

const noteOf = (label: string | null | undefined, isSimulated: boolean | null): string =>
  [label, isSimulated && 'Simulated'].filter(Boolean).join(' · ');

function AgentsPanel({ data }: { data: HomePageQuery | undefined }) {
  const agents = nodesOf(data?.agents);
  return (
    <Panel title="Agents" isFlush aside={<More to="/agents">All {formatCount(data?.agents)}</More>}>
      {agents.length === 0 ? (
        <p className="p-4 text-muted">No agents yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {agents.map((agent) => (
            <NounRow
              key={agent.id}
              to={pathTo.agent(agent.id)}
              name={agent.name}
              note={noteOf(agent.role && AGENT_ROLES[agent.role].label, agent.isSimulated)}
              status={agentStatusLook(agent.status)}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function ServersPanel({ data }: { data: HomePageQuery | undefined }) {
  const servers = nodesOf(data?.servers);
  return (
    <Panel title="Servers" isFlush aside={<More to="/servers">All {formatCount(data?.servers)}</More>}>
      {servers.length === 0 ? (
        <p className="p-4 text-muted">No servers yet.</p>
      ) : (
        <ul className="divide-y divide-line">
          {servers.map((server) => (
            <NounRow
              key={server.id}
              to={pathTo.server(server.id)}
              name={server.name}
              note={noteOf(server.protocol && PROTOCOLS[server.protocol].label, server.isSimulated)}
              status={serverStatusLook(server.status)}
            />
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function HomePage(page: { loaded: HomePageQuery }) {
  const { data, refetch } = useHomePageQuery(page);
  useHomeUpdates(data, refetch);
  // A run that has ended meanwhile is no running one, though the list was made before.
  const running = nodesOf(data?.running).filter((execution) => !isFinal(execution.status));
  const recent = nodesOf(data?.recent);
  return (
    <>
      <PageHeader
        title="Home"
        actions={
          <ButtonLink to="/agents" variant="primary" icon="play">
            Run a prompt
          </ButtonLink>
        }
      />
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0 space-y-6">
          <Panel title="Running now" isFlush aside={<More to="/executions?status=active">All active</More>}>
            {running.length > 0 ? (
              <ExecutionsTable caption="Running executions" executions={running} isCompact />
            ) : (
              <p className="px-4 py-6 text-center text-muted">Nothing runs at the moment.</p>
            )}
          </Panel>
          <Panel title="Recent executions" isFlush aside={<More to="/executions">All executions</More>}>
            {recent.length > 0 ? (
              <ExecutionsTable caption="Recent executions" executions={recent} isCompact />
            ) : (
              <EmptyState
                icon="execution"
                title="No executions yet"
                action={
                  <ButtonLink to="/agents" icon="agent">
                    Choose an agent
                  </ButtonLink>
                }
              >
                Give an agent a prompt, and its run shows here.
              </EmptyState>
            )}
          </Panel>
        </div>
        <div className="space-y-6">
          <FirstSteps
            serverCount={data?.servers?.totalCount ?? 0}
            agentCount={data?.agents?.totalCount ?? 0}
            executionCount={recent.length}
            taskCount={data?.tasks?.totalCount ?? 0}
          />
          <AgentsPanel data={data} />
          <ServersPanel data={data} />
        </div>
      </div>
    </>
  );
}
