import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { Tag } from '#app/components/ui/status.tsx';
import { Cell, Row, Table } from '#app/components/ui/table.tsx';
import { RelativeTime } from '#app/components/ui/time.tsx';
import {
  useSessionsPageQuery,
  useSessionsPageRevokeMutation,
  type SessionRevokeInput,
  type SessionsPageQuery,
} from '#app/gql/settings.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { SettingsLayout } from './settings-layout.tsx';
import { nameOfUserAgent } from './user-agent-name.ts';

const COLUMNS = [
  { label: 'Device' },
  { label: 'Address', from: 'sm' },
  { label: 'Signed in', from: 'md', isNumeric: true },
  { label: 'Last used', isNumeric: true },
  { label: 'Actions', isLabelHidden: true },
] as const;

export function SessionsPage(page: { loaded: SessionsPageQuery }) {
  const { data, refetch } = useSessionsPageQuery(page);
  const [revoke, { loading }] = useSessionsPageRevokeMutation();
  const [failure, setFailure] = useState<Failure | null>(null);
  const sessions = data?.sessions ?? [];
  const end = async (input: SessionRevokeInput): Promise<void> => {
    const outcome = await revoke({ variables: { input } });
    setFailure(failureOfOutcome(outcome.error, outcome.data?.sessionRevoke));
    await refetch();
  };
  return (
    <SettingsLayout>
      <FailureNotice failure={failure} className="mb-4" />
      <Panel
        title="Where you are signed in"
        isFlush
        aside={
          sessions.length > 1 && (
            <Button
              size="sm"
              variant="danger"
              isPending={loading}
              onClick={() => void end({ allOthers: true })}
            >
              End all others
            </Button>
          )
        }
      >
        <Table caption="Sessions" columns={[...COLUMNS]}>
          {sessions.map((session) => (
            <Row key={session.id}>
              <Cell className="font-medium" title={session.userAgent ?? undefined}>
                <span className="flex flex-wrap items-center gap-2">
                  {nameOfUserAgent(session.userAgent)}
                  {session.isCurrent && <Tag>This one</Tag>}
                </span>
              </Cell>
              <Cell from="sm" className="font-mono text-xs text-muted">
                {session.address ?? '—'}
              </Cell>
              <Cell from="md" isNumeric className="text-muted">
                <RelativeTime at={session.createdAt} />
              </Cell>
              <Cell isNumeric className="text-muted">
                <RelativeTime at={session.lastUsedAt} />
              </Cell>
              <Cell className="text-right">
                {!session.isCurrent && (
                  <Button size="sm" disabled={loading} onClick={() => void end({ sessionId: session.id })}>
                    End
                  </Button>
                )}
              </Cell>
            </Row>
          ))}
        </Table>
      </Panel>
    </SettingsLayout>
  );
}
