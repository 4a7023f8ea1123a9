import { randomUUID } from 'node:crypto';
import { untilAnswered } from '../platform/database.ts';
import { driveExecution, HandBackError } from './drive.ts';
import { FencedError } from './event-writer.ts';
import { holdLease } from './lease-holder.ts';
import { findNeeds, type Needs } from './prepare.ts';
import type { Ports, Runner } from './run.ts';
import { runLoop } from './runners/model-loop.ts';
import { contextOf, type Machine, type ServiceContext } from '../domains/context.ts';
import { actorOf } from '../domains/user/user.service.ts';
import { type Claim, claimExecution, type ClaimedExecution } from '../domains/execution/execution.claim.ts';
import { finishExecution, releaseExecution } from '../domains/execution/execution.lifecycle.ts';

export interface ExecutionWorker {
  /** Drives one run, if it is free to be driven. Resolves when it has ended or was let go. */
  handle(job: { executionId: string }): Promise<void>;
  /** Takes no more, gives the present runs back for other workers, and waits for that. */
  close(): Promise<void>;
}

export function createExecutionWorker(deps: {
  machine: Machine;
  ports: Ports;
  /** The loop of a model, unless something else is to drive. */
  runner?: Runner;
}): ExecutionWorker {
  const { machine } = deps;
  const closing = new AbortController();
  const running = new Map<AbortController, Promise<void>>();

  async function handle({ executionId }: { executionId: string }): Promise<void> {
    if (closing.signal.aborted) return;
    const owner = randomUUID();
    let claim: Claim;
    try {
      claim = await untilAnswered(() => claimExecution(machine, { executionId, owner }), closing.signal);
    } catch (error) {
      if (closing.signal.aborted) return;
      throw error;
    }
    if (claim.status !== 'CLAIMED') return;
    const stop = new AbortController();
    const work = drive(claim.execution, stop);
    running.set(stop, work);
    try {
      await work;
    } finally {
      running.delete(stop);
    }
  }

  async function drive(execution: ClaimedExecution, stop: AbortController): Promise<void> {
    const held = await holdLease(machine, execution, stop);
    try {
      const needs = await untilAnswered(() => findNeeds(machine, execution), stop.signal);
      const ctx = await actorContext(execution, needs, stop.signal);
      const { ports, runner = runLoop } = deps;
      if (ctx) await driveExecution({ ctx, ports, execution, needs, runner, stop });
    } catch (error) {
      const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
      if (reason instanceof FencedError) return;
      if (!(reason instanceof HandBackError)) throw error;
      await releaseExecution(machine, { executionId: execution.id, fence: execution.fence });
    } finally {
      held.release();
    }
  }

  /** The run acts as the user who caused it, with today's rights. Null: it may not, and has been failed. */
  async function actorContext(
    execution: ClaimedExecution,
    { actors }: Needs,
    signal: AbortSignal,
  ): Promise<ServiceContext | null> {
    const { id, organizationId } = execution;
    const viewer = actorOf(actors, id);
    const ability = viewer && machine.abilityOf(viewer);
    if (!viewer || !ability?.can('run', 'TaskExecution')) {
      const outcome = {
        status: 'FAILED',
        failureReason: 'PERMISSION_DENIED',
        failureMessage:
          'Whoever started this run may not run agents any more. Somebody who may has to start it again.',
        output: null,
      } as const;
      const end = { executionId: execution.id, fence: execution.fence, outcome, events: [] };
      await untilAnswered(() => finishExecution(machine, end), signal);
      return null;
    }
    const log = machine.log.child({ executionId: id, organizationId });
    return contextOf(machine, viewer, { ability, log, signal, requestId: id });
  }

  return {
    handle,
    async close() {
      closing.abort();
      for (const stop of running.keys()) stop.abort(new HandBackError('The worker shuts down.'));
      await Promise.allSettled(running.values());
    },
  };
}
