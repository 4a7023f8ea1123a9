import type { Machine } from '../domains/context.ts';
import { beatExecution, LEASE_MS } from '../domains/execution/execution.lease.ts';
import type { ClaimedExecution } from '../domains/execution/execution.lifecycle.ts';
import { FencedError } from './event-writer.ts';

/** Three beats fit into a lease, so that one that is late loses nothing. */
const BEAT_MS = LEASE_MS / 3;

/** Keeps the lease while the run is driven, and stops the run when the lease is lost or a person cancels. */
export async function holdLease(
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
