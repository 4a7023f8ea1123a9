import type { ReactNode } from 'react';
import { cx } from '#app/components/ui/class-names.ts';
import type { IconName } from '#app/components/ui/icon-names.ts';
import { Link } from '#app/components/ui/link.tsx';
import type { Tone } from '#app/components/ui/status.tsx';
import { formatBytes, formatCompact, plural } from '#app/lib/format.ts';
import { pathTo } from '#app/lib/paths.ts';
import type { LogLevel } from '#app/gql/executions.ts';
import { INK } from './ink.ts';
import type { PlainEvent } from '../timeline-model.ts';

interface Look {
  icon: IconName;
  tone?: Tone;
  body: ReactNode;
}
type Looks = { [T in PlainEvent['__typename']]: (event: Extract<PlainEvent, { __typename: T }>) => Look };

const LOG_TONES: Record<LogLevel, Tone> = {
  DEBUG: 'neutral',
  INFO: 'neutral',
  WARN: 'warning',
  ERROR: 'danger',
};

/** How each of them looks; a type that is missing here does not compile. */
const LOOKS: Looks = {
  LogWritten: ({ level, message, serverName }) => ({
    icon: 'terminal',
    tone: LOG_TONES[level],
    body: (
      <p className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">
        <span className={cx('mr-2 font-semibold', INK[LOG_TONES[level]])}>{level}</span>
        {serverName && <span className="mr-2 text-muted">{serverName}</span>}
        {message}
      </p>
    ),
  }),
  ChildExecutionStarted: ({ childExecutionId }) => ({
    icon: 'children',
    body: (
      <p>
        Handed work to another agent.{' '}
        <Link to={pathTo.execution(childExecutionId)} className="font-medium text-accent hover:underline">
          Watch its run
        </Link>
      </p>
    ),
  }),
  OutputRetracted: ({ seq, fromSeq }) => ({
    icon: 'refresh',
    body: (
      <p className="text-muted">
        Another worker took over. {plural(seq - fromSeq, 'event')} of an unfinished reply were withdrawn and
        are written again.
      </p>
    ),
  }),
  ContextCompacted: ({ tokensBefore, tokensAfter }) => ({
    icon: 'minus',
    body: (
      <p className="text-muted">
        Older results were shortened to make room for what follows
        {tokensBefore !== null &&
          tokensAfter !== null &&
          `: about ${formatCompact(tokensAfter)} tokens instead of ${formatCompact(tokensBefore)}`}
        .
      </p>
    ),
  }),
  ModelSwitched: ({ fromModel, toModel, reason }) => ({
    icon: 'refresh',
    tone: 'warning',
    body: (
      <p className="[overflow-wrap:anywhere]">
        <span className="font-medium">{toModel ?? 'Another model'}</span> answers from here on
        {fromModel && ` instead of ${fromModel}`}
        {reason && <span className="text-muted">: {reason}</span>}
      </p>
    ),
  }),
  ArtifactAdded: ({ name, mimeType, sizeBytes }) => ({
    icon: 'file',
    body: (
      <p>
        Produced <span className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">{name}</span>{' '}
        <span className="text-muted">
          ({mimeType}, {formatBytes(sizeBytes)})
        </span>
      </p>
    ),
  }),
};

/** Null for a type that only a newer dashboard knows: the raw view shows it. */
export function lookOf(event: PlainEvent): Look | null {
  const look = LOOKS[event.__typename] as ((event: PlainEvent) => Look) | undefined;
  return look?.(event) ?? null;
}
