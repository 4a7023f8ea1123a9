import { Notice } from '#app/components/ui/notice.tsx';
import type { ServerFormTestMutation } from '#app/gql/servers.ts';
import { formatDuration, plural } from '#app/lib/format.ts';

type Result = NonNullable<ServerFormTestMutation['serverTest']>;
export type Probe = Extract<Result, { __typename: 'ServerTestPayload' }>['probe'];

export function ProbeResult({ probe, className }: { probe: Probe; className?: string }) {
  const facts = [
    probe.latencyMs !== null && formatDuration(probe.latencyMs),
    probe.protocolVersion && `protocol ${probe.protocolVersion}`,
    probe.isReachable && plural(probe.tools.length, 'tool'),
  ].filter(Boolean);
  return (
    <Notice
      tone={probe.isReachable ? 'success' : 'danger'}
      title={probe.isReachable ? 'The server answers' : 'The server does not answer'}
      isAlert
      className={className}
    >
      <p className="[overflow-wrap:anywhere]">{probe.message}</p>
      {facts.length > 0 && <p className="mt-1 text-[0.8125rem] text-muted">{facts.join(' · ')}</p>}
      {probe.tools.length > 0 && (
        <details className="mt-2">
          <summary className="font-medium underline decoration-dotted underline-offset-2">
            Tools found
          </summary>
          <ul className="mt-2 max-h-60 space-y-1 overflow-y-auto">
            {probe.tools.map((tool) => (
              <li key={tool.name}>
                <span className="font-mono text-[0.8125rem] font-semibold">{tool.name}</span>{' '}
                <span className="text-muted">{tool.description}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Notice>
  );
}
