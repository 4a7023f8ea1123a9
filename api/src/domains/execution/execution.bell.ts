import type { TaskPriority } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';

const PRIORITIES: Record<TaskPriority, number> = { URGENT: 1, HIGH: 2, MEDIUM: 3, LOW: 4 };

/**
 * Rings the queue for a run. The job id carries the fence, so ringing twice is harmless and an old job of the same run
 * never swallows a new one. Never throws: a bell that was not heard is rung again by the sweep.
 */
export async function ringExecution(
  machine: Pick<Machine, 'queues' | 'log'>,
  args: { executionId: string; fence: number; priority: TaskPriority },
): Promise<void> {
  try {
    await machine.queues.add(
      'task-execution',
      { executionId: args.executionId },
      { jobId: `${args.executionId}-${args.fence}`, priority: PRIORITIES[args.priority] },
    );
  } catch (error) {
    machine.log.warn({ err: error, executionId: args.executionId }, 'The queue was not rung; the sweep will');
  }
}
