import { ButtonLink } from '#app/components/ui/button.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Pagination } from '#app/components/ui/pagination.tsx';
import { SimulatedChip, StatusChip, Tag } from '#app/components/ui/status.tsx';
import { Cell, Row, RowLink, Table } from '#app/components/ui/table.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import type { ServersPageQuery } from '#app/gql/servers.ts';
import { formatCount, formatDuration } from '#app/lib/format.ts';
import type { RowsOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { useIsListPending } from '#app/lib/pending-navigation.ts';
import { PROTOCOLS, addressOf, serverStatusLook } from './server-status.ts';

const COLUMNS = [
  { label: 'Server' },
  { label: 'Status' },
  { label: 'Kind', from: 'sm' },
  { label: 'Tools', from: 'sm', isNumeric: true },
  { label: 'Agents', from: 'md', isNumeric: true },
  { label: 'Latency', from: 'lg', isNumeric: true },
  { label: 'Last probe', from: 'lg', isNumeric: true },
] as const;

export function ServersPage({ list }: { list: RowsOf<ServersPageQuery['servers']> }) {
  const servers = list.rows;
  const isPending = useIsListPending();
  const create = (
    <ButtonLink to="/servers/new" variant="primary" icon="plus">
      New server
    </ButtonLink>
  );
  return (
    <>
      <PageHeader title="Servers" description="Where tools and hosted agents live." actions={create} />
      <div className="rounded-lg border border-line bg-surface">
        {servers.length === 0 ? (
          <EmptyState icon="server" title="No servers yet" action={create}>
            Connect an MCP server to give agents its tools, or an agent host that runs prompts itself.
          </EmptyState>
        ) : (
          <>
            <Table caption="Servers" columns={[...COLUMNS]} isBusy={isPending}>
              {servers.map((server) => (
                <Row key={server.id}>
                  <Cell className="main-cell">
                    <div className="row-title">
                      <span className="truncate">
                        <RowLink to={pathTo.server(server.id)}>{server.name ?? 'Server'}</RowLink>
                      </span>
                      {server.isSimulated && <SimulatedChip />}
                    </div>
                    <p className="truncate font-mono text-xs text-faint">{addressOf(server)}</p>
                  </Cell>
                  <Cell>
                    <StatusChip
                      look={serverStatusLook(server.status)}
                      title={server.statusReason ?? undefined}
                    />
                  </Cell>
                  <Cell from="sm">{server.protocol && <Tag>{PROTOCOLS[server.protocol].label}</Tag>}</Cell>
                  <Cell from="sm" isNumeric className="text-muted">
                    {formatCount(server.tools)}
                  </Cell>
                  <Cell from="md" isNumeric className="text-muted">
                    {formatCount(server.agents)}
                  </Cell>
                  <Cell from="lg" isNumeric className="text-muted">
                    {server.latencyMs === null ? '—' : formatDuration(server.latencyMs)}
                  </Cell>
                  <Cell from="lg" isNumeric className="text-muted">
                    <RelativeTime at={server.lastProbedAt} />
                  </Cell>
                </Row>
              ))}
            </Table>
            <Pagination pageInfo={list.pageInfo} count={list} shownCount={servers.length} noun="server" />
          </>
        )}
      </div>
    </>
  );
}
