import { randomUUID } from 'node:crypto';
import { driveExecution, HandBackError } from './drive.ts';
import { holdLease } from './lease-holder.ts';
import type { Ports } from './run.ts';
import { contextOf, type Machine, type ServiceContext } from '../domains/context.ts';
import { findActor } from '../domains/user/user.service.ts';
import {
  claimExecution,
  type ClaimedExecution,
  finishExecution,
  releaseExecution,
} from '../domains/execution/execution.lifecycle.ts';

export interface ExecutionWorker {
  /** Drives one run, if it is free to be driven. Resolves when it has ended or was let go. */
  handle(job: { executionId: string }): Promise<void>;
  /** Takes no more, gives the present runs back for other workers, and waits for that. */
  close(): Promise<void>;
}

export function createExecutionWorker(deps: { machine: Machine; ports: Ports }): ExecutionWorker {
  const { machine } = deps;
  const owner = randomUUID();
  const running = new Map<AbortController, Promise<void>>();
  let isClosing = false;

  async function handle({ executionId }: { executionId: string }): Promise<void> {
    if (isClosing) return;
    const claim = await claimExecution(machine, { executionId, owner });
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
      const ctx = await actorContext(execution, stop.signal);
      if (ctx) await driveExecution({ ctx, ports: deps.ports, execution, stop });
    } catch (error) {
      if (!(error instanceof HandBackError)) throw error;
      await releaseExecution(machine, { executionId: execution.id, fence: execution.fence });
    } finally {
      held.release();
    }
  }

  /** The run acts as the user who caused it, with today's rights. Null: it may not, and has been failed. */
  async function actorContext(
    execution: ClaimedExecution,
    signal: AbortSignal,
  ): Promise<ServiceContext | null> {
    const { id, organizationId, startedById } = execution;
    const viewer =
      startedById === null
        ? null
        : await findActor(machine, { organizationId, userId: startedById, jobId: id });
    const ability = viewer && machine.abilityOf(viewer);
    if (!viewer || !ability?.can('run', 'TaskExecution')) {
      await finishExecution(machine, {
        executionId: execution.id,
        fence: execution.fence,
        outcome: {
          status: 'FAILED',
          failureReason: 'PERMISSION_DENIED',
          failureMessage:
            'Whoever started this run may not run agents any more. Somebody who may has to start it again.',
          output: null,
        },
        events: [],
      });
      return null;
    }
    const log = machine.log.child({ executionId: id, organizationId });
    return contextOf(machine, viewer, { ability, log, signal, requestId: id });
  }

  return {
    handle,
    async close() {
      isClosing = true;
      for (const stop of running.keys()) stop.abort(new HandBackError('The worker shuts down.'));
      await Promise.allSettled(running.values());
    },
  };
}
