import type { Machine } from '../domains/context.ts';
import { beatExecution, LEASE_MS } from '../domains/execution/execution.lease.ts';
import type { ClaimedExecution } from '../domains/execution/execution.claim.ts';
import { untilAnswered } from '../platform/database.ts';
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
  const released = new AbortController();
  const replaced = () => stop.abort(new FencedError('The run was cancelled or is in other hands.'));
  let isBeating = false;
  const beat = async () => {
    // The database is away: the beat before is still asking, and every write checks the fence anyway.
    if (isBeating) return;
    isBeating = true;
    try {
      const isOurs = await untilAnswered(
        () => beatExecution(machine, { executionId, fence }),
        released.signal,
      );
      if (!isOurs) replaced();
    } catch (error) {
      if (!released.signal.aborted)
        machine.log.error({ err: error, executionId }, 'A heartbeat was not written');
    } finally {
      isBeating = false;
    }
  };
  const subscription = await machine.pubsub.listen('executionStop', executionId, replaced);
  const timer = setInterval(() => void beat(), BEAT_MS);
  return {
    release() {
      clearInterval(timer);
      released.abort();
      subscription.stop();
    },
  };
}
