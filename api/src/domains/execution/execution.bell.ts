import type { TaskPriority } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';
import type { LogHead } from '../execution-event/execution-event.log.ts';

/**
 * Every bell of a run. They never throw: a bell that was not heard costs latency, since the sweep rings the queue again and
 * every listener also looks for itself. They carry ids, and to who watches the run what its log says anew.
 */
type Bells = Pick<Machine, 'queues' | 'pubsub' | 'log'>;
type Head = Pick<LogHead, 'organizationId' | 'lastSeq'> & Partial<Pick<LogHead, 'rung'>>;

const PRIORITIES: Record<TaskPriority, number> = { URGENT: 1, HIGH: 2, MEDIUM: 3, LOW: 4 };

/** A run that a worker may take. The key carries the fence: a lost worker's job does not hold up the next. */
export interface Rung {
  id: string;
  fence: number;
  priority: TaskPriority;
}

/** Wakes a worker for a run. */
export const ringQueue = (machine: Bells, run: Rung): Promise<void> =>
  wake(machine, 'task-execution', run.id, {
    key: `${run.id}-${run.fence}`,
    priority: PRIORITIES[run.priority],
  });

/** Wakes what follows the end of a run. */
export const ringEnded = (machine: Bells, executionId: string): Promise<void> =>
  wake(machine, 'execution-ended', executionId, { key: executionId });

async function wake(
  machine: Bells,
  queue: Parameters<Bells['queues']['add']>[0],
  executionId: string,
  options: { key: string; priority?: number },
): Promise<void> {
  try {
    await machine.queues.add(queue, { executionId }, options);
  } catch (error) {
    machine.log.warn({ err: error, queue, executionId }, 'The queue was not rung; the sweep will');
  }
}

/** Tells who watches the run that its log has grown. */
export const ringLog = (machine: Bells, executionId: string, head: Head): void =>
  machine.pubsub.ring('execution', executionId, {
    executionId,
    ...idsOf(head),
    ...(head.rung ? { events: head.rung } : {}),
  });

/** Tells who watches the run, and who watches the runs of the organization, that its status has changed. */
export function ringChange(machine: Bells, executionId: string, head: Head): void {
  ringLog(machine, executionId, head);
  machine.pubsub.ring('execution', head.organizationId, { executionId, ...idsOf(head) });
}

/** Tells the worker that holds the run to stop at once. */
export const ringStop = (machine: Bells, executionId: string): void =>
  machine.pubsub.ring('executionStop', executionId, { executionId });

const idsOf = ({ organizationId, lastSeq }: Head) => ({ organizationId, lastSeq });
