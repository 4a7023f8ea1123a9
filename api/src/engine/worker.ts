import { randomUUID } from 'node:crypto';
import { driveExecution, HandBackError } from './drive.ts';
import { holdLease } from './lease-holder.ts';
import type { Ports } from './run.ts';
import type { Machine, ServiceContext } from '../domains/context.ts';
import type { StudioAbility, Viewer } from '../domains/policy.ts';
import { findActor } from '../domains/user/user.service.ts';
import {
  claimExecution,
  type ClaimedExecution,
  finishExecution,
  releaseExecution,
} from '../domains/execution/execution.lifecycle.ts';
import { createTails } from '../domains/execution-event/execution-event.tail.ts';

export interface ExecutionWorker {
  /** Drives one run, if it is free to be driven. Resolves when it has ended or was let go. */
  handle(job: { executionId: string }): Promise<void>;
  /** Takes no more, gives the present runs back for other workers, and waits for that. */
  close(): Promise<void>;
}

export function createExecutionWorker(deps: {
  machine: Machine;
  ports: Ports;
  abilityOf: (viewer: Viewer) => StudioAbility;
}): ExecutionWorker {
  const { machine } = deps;
  const owner = randomUUID();
  const running = new Map<AbortController, Promise<void>>();
  const tails = createTails(machine);
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
      const ctx = await contextOf(execution, stop.signal);
      if (ctx) await driveExecution({ ctx, ports: deps.ports, execution, stop });
    } catch (error) {
      if (!(error instanceof HandBackError)) throw error;
      await releaseExecution(machine, { executionId: execution.id, fence: execution.fence });
    } finally {
      held.release();
    }
  }

  /** The run acts as the user who caused it, with today's rights. Null: it may not, and has been failed. */
  async function contextOf(execution: ClaimedExecution, signal: AbortSignal): Promise<ServiceContext | null> {
    const { organizationId, startedById } = execution;
    const viewer =
      startedById === null ? null : await findActor(machine, { organizationId, userId: startedById });
    const ability = viewer && deps.abilityOf(viewer);
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
    const log = machine.log.child({ executionId: execution.id, organizationId });
    return {
      ...machine,
      tails,
      log,
      viewer,
      ability,
      signal,
      requestId: execution.id,
      address: null,
      userAgent: null,
    };
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
