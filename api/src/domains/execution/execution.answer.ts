import { inTransaction, type SqlClient } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import type { NewEvent } from '../run-events.ts';
import { resumeExecution, type Transact } from './execution.lifecycle.ts';

/** Somebody else was first, or it is too late: the transaction is rolled back. */
class SettledError extends Error {
  override readonly name = 'SettledError';
}

/**
 * A run that waits for a person goes on by the answer: `settle` writes the answer in the transaction in which the run is
 * queued again, so that neither happens without the other. False, and nothing is written: the run does not wait any more,
 * or `settle` says that the question does not. The run is locked before the question, as an end of the run does it.
 */
export async function resumeByAnswer(
  machine: Machine,
  { executionId, event }: { executionId: string; event: NewEvent },
  settle: (client: SqlClient) => Promise<boolean>,
  transact: Transact = (work) => inTransaction(machine.sql, work),
): Promise<boolean> {
  try {
    return await resumeExecution(machine, { executionId, events: [event] }, (resume) =>
      transact(async (client) => {
        const head = await resume(client);
        if (!head || !(await settle(client))) throw new SettledError();
        return head;
      }),
    );
  } catch (error) {
    if (error instanceof SettledError) return false;
    throw error;
  }
}
