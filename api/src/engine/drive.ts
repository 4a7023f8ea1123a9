import { ringLog } from '../domains/execution/execution.bell.ts';
import { type ClaimedExecution } from '../domains/execution/execution.claim.ts';
import { announceEnd, writeEnd, writeSuspension } from '../domains/execution/execution.lifecycle.ts';
import { findLogHead } from '../domains/execution/execution.journal.ts';
import { writeLog } from '../domains/execution-event/execution-event.log.ts';
import { isSuspension, type Outcome, type Suspension } from '../domains/execution/execution.status.ts';
import type { ServiceContext } from '../domains/context.ts';
import type { NewEvent } from '../domains/run-events.ts';
import { untilAnswered } from '../platform/database.ts';
import { workspaceOf } from '../domains/agent/workspace.ts';
import { type Logger, redactedLogger } from '../platform/logger.ts';
import { createRedactor, type Redactor } from '../platform/redaction.ts';
import { EventWriter, FencedError } from './event-writer.ts';
import { outcomeOf, RunFailure } from './outcome.ts';
import { type Needs, prepareRun, reachServer, secretsOf } from './prepare.ts';
import type { Ending, Ports, Run, Runner } from './run.ts';
import { WorkspaceChanges } from './workspace-changes.ts';

/** Why a worker lets go of a run without ending it. */
export class HandBackError extends Error {
  override readonly name = 'HandBackError';
}

/**
 * Drives a claimed run to its end and writes it. Resolves also when the run was taken away: then nothing is written.
 * Throws HandBackError when `stop` was aborted with one: the run is to be given to another worker.
 */
export async function driveExecution(args: Drive): Promise<void> {
  try {
    await drive(args);
  } finally {
    // Whatever became of it: the next worker, or the next part of the run, opens connections of its own.
    await args.ports.mcp.release(scopeOf(args.execution));
  }
}

/** Servers keep state for a connection. No two runs share one, nor two workers that drive the same run in turn. */
const scopeOf = ({ id, fence }: ClaimedExecution): string => `${id}:${fence}`;

interface Drive {
  ctx: ServiceContext;
  ports: Ports;
  execution: ClaimedExecution;
  needs: Needs;
  runner: Runner;
  /** Aborted by the worker: fenced, cancelled or shutting down. */
  stop: AbortController;
}

async function drive(args: Drive): Promise<void> {
  const { ctx, execution, stop } = args;
  const limit = timeLimit(execution, ctx);
  const signal = AbortSignal.any([stop.signal, limit.signal]);
  let redactor = createRedactor([]);
  let writer = createWriter(args, redactor);
  let ending: Ending;
  try {
    const workspace = workspaceOf(ctx.settings, execution.agentId);
    const scope = scopeOf(execution);
    const base = { ctx, ports: args.ports, execution, signal, workspace, scope };
    const prepared = prepareRun(base, args.needs);
    // Before anybody is contacted: from here on, whatever is said may hold a secret.
    redactor = createRedactor(secretsOf(ctx, prepared));
    writer = createWriter(args, redactor);
    const run: Run = {
      ...base,
      ...prepared,
      ctx: { ...ctx, log: redactedLogger(ctx.log, redactor) },
      writer,
      changes: new WorkspaceChanges(workspace),
      totals: execution.totals,
      nextIndex: 0,
    };
    await untilAnswered(() => reachServer(run), signal);
    ending = await args.runner(run);
  } catch (error) {
    if (stop.signal.aborted) return leave(args, stop.signal.reason);
    if (error instanceof FencedError) return;
    const log = redactedLogger(ctx.log, redactor);
    ending = failureOutcome(log, execution, limit.signal.aborted ? limit.signal.reason : error);
  } finally {
    limit.clear();
  }
  await end(args, writer, ending);
}

async function end(args: Drive, writer: EventWriter, ending: Ending): Promise<void> {
  const { ctx, execution, stop } = args;
  try {
    const { id: executionId, organizationId } = execution;
    const write = isSuspension(ending)
      ? (events: readonly NewEvent[]) => writeSuspension(ctx, { execution, suspension: ending, events })
      : endWriter(args, writer, ending);
    // When the answer of the database was lost, somebody is woken who may find nothing to do.
    let isFollowed = true;
    const lastSeq = await writer.commit(async (events) => {
      const head = await write(events);
      if (head) ({ isFollowed } = head);
      return head;
    });
    await announceEnd(ctx, executionId, { organizationId, lastSeq, isFollowed });
    if (isSuspension(ending)) ending.asks?.ring();
    ctx.log.info({ status: ending.status }, 'Execution ended or waits');
  } catch (error) {
    return leave(args, stop.signal.aborted ? stop.signal.reason : error);
  }
}

function endWriter(
  { ctx, execution: { id: executionId, fence } }: Drive,
  writer: EventWriter,
  { lastStep, ...outcome }: Exclude<Ending, Suspension>,
) {
  const redacted = writer.redact(outcome as Outcome);
  return (events: readonly NewEvent[]) =>
    writeEnd(ctx, { executionId, fence, outcome: redacted, events, lastStep });
}

/** The run is not ours any more, or cannot be written: its lease lapses, and another worker goes on from the last step. */
function leave({ ctx }: Drive, reason: unknown): void {
  if (reason instanceof HandBackError) throw reason;
  if (reason instanceof FencedError) return;
  ctx.log.error({ err: reason }, 'A run could not be written');
}

function failureOutcome(log: Logger, execution: ClaimedExecution, error: unknown): Outcome {
  const expected = outcomeOf(error, null);
  if (expected) return expected;
  log.error({ err: error }, 'A run failed unexpectedly');
  return {
    status: 'FAILED',
    failureReason: 'INTERNAL',
    failureMessage: `Something went wrong on our side. An operator finds the cause in the worker's log under ${execution.id}.`,
    output: null,
  };
}

/** The wall time of the agent counts whoever drives the run, but not while it waits. */
function timeLimit(execution: ClaimedExecution, ctx: ServiceContext): { signal: AbortSignal; clear(): void } {
  const { maxDurationMs } = execution.snapshot.limits;
  const left = execution.resumedAt.getTime() + maxDurationMs - execution.activeMs - ctx.clock.now().getTime();
  const controller = new AbortController();
  const seconds = Math.round(maxDurationMs / 1_000);
  const timer = setTimeout(
    () => {
      controller.abort(
        new RunFailure(
          'TIMEOUT',
          `The run took longer than the agent's limit of ${seconds} s. Raise the limit, or give it a smaller task.`,
        ),
      );
    },
    Math.max(0, left),
  );
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

function createWriter(args: Drive, redactor: Redactor): EventWriter {
  const { ctx, execution, stop } = args;
  const { id: executionId, fence } = execution;
  return new EventWriter(
    {
      append: (events) => writeLog(ctx.sql, { executionId, guard: { fence }, events }),
      head: () => findLogHead(ctx, { executionId, fence }),
      ring: ({ lastSeq, rung }) =>
        ringLog(ctx, executionId, { organizationId: execution.organizationId, lastSeq, rung }),
    },
    execution.lastSeq,
    {
      redactor,
      now: () => ctx.clock.now(),
      signal: stop.signal,
      // The loop may be waiting for the model: it must not go on talking into the void.
      onFailure: (error) => stop.abort(error),
    },
  );
}
