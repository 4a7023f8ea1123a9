import { randomUUID } from 'node:crypto';
import { FencedError } from '../../engine/event-writer.ts';
import { driveExecution, HandBackError } from '../../engine/drive.ts';
import type { Ports } from '../../engine/run.ts';
import type { Machine, ServiceContext } from '../context.ts';
import type { StudioAbility, Viewer } from '../policy.ts';
import { findActor } from '../user/user.service.ts';
import {
  beatExecution,
  claimExecution,
  type ClaimedExecution,
  finishExecution,
  LEASE_MS,
  releaseExecution,
} from './execution.lifecycle.ts';
import { createTails } from './execution.tail.ts';

export interface ExecutionWorker {
  /** Drives one run, if it is free to be driven. Resolves when it has ended or was let go. */
  handle(job: { executionId: string }): Promise<void>;
  /** Takes no more, gives the present runs back for other workers, and waits for that. */
  close(): Promise<void>;
}

/** Three beats fit into a lease, so that one that is late loses nothing. */
const BEAT_MS = LEASE_MS / 3;

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

/** Keeps the lease while the run is driven, and stops the run when the lease is lost or a person cancels. */
async function holdLease(
  machine: Machine,
  execution: ClaimedExecution,
  stop: AbortController,
): Promise<{ release: () => void }> {
  const { id: executionId, fence } = execution;
  const replaced = () => stop.abort(new FencedError('The run was cancelled or is in other hands.'));
  const beat = () => {
    beatExecution(machine, { executionId, fence }).then(
      (isOurs) => {
        if (!isOurs) replaced();
      },
      // The database is away: the next beat tries again, and every write checks the fence anyway.
      (error: unknown) => machine.log.warn({ err: error, executionId }, 'A heartbeat was not written'),
    );
  };
  const subscription = await machine.pubsub.listen('executionStop', executionId, replaced);
  const timer = setInterval(beat, BEAT_MS);
  return {
    release() {
      clearInterval(timer);
      subscription.stop();
    },
  };
}
