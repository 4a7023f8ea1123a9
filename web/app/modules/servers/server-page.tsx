import { useState } from 'react';
import { Link } from '#app/components/ui/link.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { SimulatedChip, StatusChip } from '#app/components/ui/status.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import { useServerPageQuery, type ServerPageQuery, type ServerPageQueryVariables } from '#app/gql/servers.ts';
import type { Loaded } from '#app/lib/api/page-query.ts';
import type { Failure } from '#app/lib/failure.ts';
import { formatDuration } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { agentStatusLook } from '../agents/agent-status.ts';
import { ProbeResult, type Probe } from './probe-result.tsx';
import { ServerActions } from './server-actions.tsx';
import { PROTOCOLS, addressOf, isolationInWords, serverStatusLook } from './server-status.ts';
import { ServerTools } from './server-tools.tsx';

export function ServerPage(page: Loaded<ServerPageQuery, ServerPageQueryVariables>) {
  const server = useServerPageQuery(page).data?.server;
  const [failure, setFailure] = useState<Failure | null>(null);
  const [probe, setProbe] = useState<Probe | null>(null);
  if (!server) return null;
  const agents = nodesOf(server.agents);
  const address = addressOf(server);
  return (
    <>
      <PageHeader
        title={server.name ?? 'Server'}
        parent={{ to: '/servers', label: 'Servers' }}
        badges={
          <>
            <StatusChip look={serverStatusLook(server.status)} />
            {server.isSimulated && <SimulatedChip />}
          </>
        }
        description={server.description}
        actions={<ServerActions server={server} onFailure={setFailure} onProbe={setProbe} />}
      />
      <FailureNotice failure={failure} className="mb-4" />
      {probe && <ProbeResult probe={probe} className="mb-4" />}
      {server.status === 'MAINTENANCE' && (
        <Notice tone="warning" title="In maintenance" className="mb-4">
          No new executions start here. Those that run may finish.
        </Notice>
      )}
      {(server.status === 'OFFLINE' || server.status === 'DEGRADED') && server.statusReason && (
        <Notice
          tone={server.status === 'OFFLINE' ? 'danger' : 'warning'}
          title={server.statusReason}
          className="mb-4"
        >
          Test the connection to see what it answers now.
        </Notice>
      )}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <ServerTools server={server} />
        <div className="space-y-4">
          <Panel title="Connection">
            <Facts
              items={[
                ['Kind', server.protocol && PROTOCOLS[server.protocol].label],
                ['Address', address && <span className="font-mono text-xs">{address}</span>],
                ['Isolation', server.isolation && isolationInWords(server.isolation)],
                ['Protocol', server.protocolVersion],
                ['Credentials', server.hasCredentials ? (server.credentialsHint ?? 'Saved') : 'None'],
                ['Trusted', server.isTrusted === null ? null : server.isTrusted ? 'Yes' : 'No'],
                ['Call limit', server.callTimeoutMs === null ? null : formatDuration(server.callTimeoutMs)],
                ['Latency', server.latencyMs === null ? null : formatDuration(server.latencyMs)],
                ['Last probe', <RelativeTime at={server.lastProbedAt} />],
                ['Status since', <RelativeTime at={server.statusChangedAt} />],
                ['Created', <RelativeTime at={server.createdAt} />],
              ]}
            />
          </Panel>
          <Panel title="Agents" isFlush>
            {agents.length === 0 ? (
              <p className="p-4 text-muted">No agent uses this server.</p>
            ) : (
              <ul className="divide-y divide-line">
                {agents.map((agent) => (
                  <li key={agent.id} className="flex items-center justify-between gap-3 px-4 py-2">
                    <Link to={pathTo.agent(agent.id)} className="truncate font-medium hover:underline">
                      {agent.name}
                    </Link>
                    <StatusChip look={agentStatusLook(agent.status)} />
                  </li>
                ))}
              </ul>
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}
