import { Link } from '#app/components/ui/link.tsx';
import { Facts, Panel } from '#app/components/ui/panel.tsx';
import { StatusChip } from '#app/components/ui/status.tsx';
import { ElapsedTime, RelativeTime } from '#app/components/ui/time.tsx';
import { formatMoney, formatNumber, sentenceCase } from '#app/lib/format.ts';
import { pathTo } from '#app/lib/paths.ts';
import type { ExecutionDetails } from './execution-actions.tsx';
import { executionStatusLook } from './execution-status.ts';
import { countChanges } from './timeline/diff-view.tsx';
import { TodoList } from './timeline/todo-list.tsx';
import type { Timeline } from './timeline-model.ts';

const LINK = 'font-medium text-ink underline decoration-line-strong underline-offset-2 hover:decoration-ink';

/** Many providers do not tell them. */
const figureOf = (term: string, tokens: number | null): [string, string][] =>
  tokens ? [[term, formatNumber(tokens)]] : [];

function UsagePanel({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  const usage = timeline.usage ?? execution;
  const figures: [string, string | null][] = [
    ['Input tokens', usage.inputTokens === null ? null : formatNumber(usage.inputTokens)],
    ['Output tokens', usage.outputTokens === null ? null : formatNumber(usage.outputTokens)],
    ...figureOf('Cached input', usage.cacheReadTokens),
    ...figureOf('Reasoning', usage.reasoningTokens),
    ['Steps', usage.stepCount === null ? null : formatNumber(usage.stepCount)],
    ['Cost', formatMoney(usage.cost)],
  ];
  return (
    <Panel title="Usage">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
        {figures.map(([term, figure]) => (
          <div key={term}>
            <dt className="text-xs text-muted">{term}</dt>
            <dd className="tabular text-lg leading-tight font-semibold">{figure ?? '—'}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function FilesPanel({ timeline }: { timeline: Timeline }) {
  return (
    <Panel
      title="Changed files"
      aside={<span className="tabular text-xs text-muted">{timeline.files.length}</span>}
      isFlush
    >
      <ul className="py-1.5">
        {timeline.files.map((file) => {
          const counts = countChanges(file.diff ?? '');
          return (
            <li key={file.path}>
              <a href={`#event-${file.seq}`} className="flex items-baseline gap-3 px-4 py-1 hover:bg-hover">
                <span className="min-w-0 flex-1 font-mono text-[0.8125rem] [overflow-wrap:anywhere]">
                  {file.path}
                </span>
                <span className="tabular shrink-0 text-xs">
                  <span className="text-success">+{counts.added}</span>{' '}
                  <span className="text-danger">−{counts.removed}</span>
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

function ChildrenPanel({ execution }: { execution: ExecutionDetails }) {
  return (
    <Panel title="Delegated runs" isFlush>
      <ul className="divide-y divide-line">
        {execution.children?.map((child) => (
          <li key={child.id} className="flex items-center gap-3 px-4 py-2">
            <Link
              to={pathTo.execution(child.id)}
              className="min-w-0 flex-1 truncate font-medium hover:underline"
            >
              {child.agent?.name ?? child.prompt ?? 'Run'}
            </Link>
            <StatusChip look={executionStatusLook(child.status, child.deniedCallCount)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function DetailsPanel({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  const { agent, server, task, parent } = execution;
  const startedAt = execution.startedAt ?? timeline.startedAt;
  const finishedAt = execution.finishedAt ?? timeline.endedAt;
  return (
    <Panel title="Details">
      <Facts
        items={[
          [
            'Agent',
            agent && (
              <Link to={pathTo.agent(agent.id)} className={LINK}>
                {agent.name}
              </Link>
            ),
          ],
          ['Revision', execution.agentRevision && `#${execution.agentRevision.number}`],
          [
            'Server',
            server && (
              <Link to={pathTo.server(server.id)} className={LINK}>
                {server.name}
              </Link>
            ),
          ],
          ...(task
            ? [
                [
                  'Task',
                  <Link to={pathTo.task(task.id)} className={LINK}>
                    {task.title}
                  </Link>,
                ] as [string, React.ReactNode],
              ]
            : []),
          ...(parent
            ? [
                [
                  'Delegated by',
                  <Link to={pathTo.execution(parent.id)} className={LINK}>
                    {parent.agent?.name ?? 'a run'}
                  </Link>,
                ] as [string, React.ReactNode],
              ]
            : []),
          ['Kind', execution.kind && sentenceCase(execution.kind)],
          ['Attempt', execution.attempt],
          ...(execution.retryOf
            ? [
                [
                  'Run again from',
                  <Link to={pathTo.execution(execution.retryOf.id)} className={LINK}>
                    an earlier run
                  </Link>,
                ] as [string, React.ReactNode],
              ]
            : []),
          ['Started by', execution.startedBy?.name],
          ['Queued', <RelativeTime at={execution.queuedAt ?? execution.createdAt} />],
          ['Started', <RelativeTime at={startedAt} />],
          ['Finished', <RelativeTime at={finishedAt} />],
          [
            'Duration',
            <ElapsedTime startedAt={startedAt} finishedAt={finishedAt} durationMs={execution.durationMs} />,
          ],
          ...(execution.cancelledBy
            ? [['Stopped by', execution.cancelledBy.name] as [string, React.ReactNode]]
            : []),
          ['Id', <span className="font-mono text-xs">{execution.id}</span>],
        ]}
      />
    </Panel>
  );
}

export function ExecutionSide({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  return (
    <div className="space-y-4">
      {timeline.todos.length > 0 && (
        <Panel title="Plan">
          <TodoList todos={timeline.todos} />
        </Panel>
      )}
      {timeline.files.length > 0 && <FilesPanel timeline={timeline} />}
      {(execution.children?.length ?? 0) > 0 && <ChildrenPanel execution={execution} />}
      <UsagePanel execution={execution} timeline={timeline} />
      <DetailsPanel execution={execution} timeline={timeline} />
    </div>
  );
}
