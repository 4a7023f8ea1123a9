import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { Icon } from '#app/components/ui/icon.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { StatusChip, Tag } from '#app/components/ui/status.tsx';
import {
  useServerToolsApproveDriftMutation,
  type ServerPageQuery,
  type ServerToolsServerToolFragment,
} from '#app/gql/servers.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { formatNumber } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { toolStatusLook } from './server-status.ts';

function ToolRow({
  entry,
  onFailure,
}: {
  entry: ServerToolsServerToolFragment;
  onFailure: (failure: Failure | null) => void;
}) {
  const [approve, { loading }] = useServerToolsApproveDriftMutation();
  const { tool } = entry;
  const onApprove = async (): Promise<void> => {
    const { data, error } = await approve({ variables: { input: { serverToolId: entry.id } } });
    onFailure(failureOfOutcome(error, data?.toolApproveDrift));
  };
  return (
    <li>
      <details className="group">
        <summary className="flex min-h-12 items-center gap-3 px-4 py-2 hover:bg-hover">
          <Icon name="arrow" className="size-3.5 text-faint transition-transform group-open:rotate-90" />
          <span className="min-w-0 flex-1">
            <span className="block font-mono text-[0.8125rem] font-semibold [overflow-wrap:anywhere]">
              {tool?.name}
            </span>
            <span className="block row-note">{tool?.description}</span>
          </span>
          {entry.isReadOnly && (
            <span className="max-sm:hidden">
              <Tag>Read only</Tag>
            </span>
          )}
          <StatusChip look={toolStatusLook(entry.status)} />
        </summary>
        <div className="space-y-3 border-t border-line bg-canvas px-4 py-3">
          {tool?.description && (
            <p className="max-w-[75ch] whitespace-pre-wrap text-muted">{tool.description}</p>
          )}
          {entry.status === 'DRIFTED' && (
            <div className="flex flex-wrap items-center gap-3">
              <p>Its definition has changed since it was approved, so agents cannot call it.</p>
              <Button
                size="sm"
                disabled={!entry.viewerCan?.actions.includes('VALIDATE')}
                isPending={loading}
                onClick={() => void onApprove()}
              >
                Approve the new definition
              </Button>
            </div>
          )}
          {tool?.inputSchema != null && (
            <CodeBlock
              code={JSON.stringify(tool.inputSchema, null, 2)}
              label={`Input schema of ${tool.name}`}
            />
          )}
        </div>
      </details>
    </li>
  );
}

export function ServerTools({ server }: { server: NonNullable<ServerPageQuery['server']> }) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const entries = nodesOf(server.tools);
  return (
    <Panel
      title="Tools"
      aside={
        <span className="tabular text-xs text-muted">
          {formatNumber(server.tools?.totalCount ?? entries.length)}
        </span>
      }
      isFlush
    >
      <FailureNotice failure={failure} className="m-4" />
      {entries.length === 0 ? (
        <p className="p-4 text-muted">No tools are known yet. Sync asks the server for its list.</p>
      ) : (
        <ul className="divide-y divide-line">
          {entries.map((entry) => (
            <ToolRow key={entry.id} entry={entry} onFailure={setFailure} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
