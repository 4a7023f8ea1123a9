import type { Machine } from '../context.ts';

/**
 * What follows the end of a run is a row, not a call: it is written in the transaction of the end, so no crash forgets
 * it. A job wakes the handlers, the sweep finds what nobody was woken for, and the row goes when its handler is done.
 * Each kind says of which runs: a condition on `head`, the row of the run.
 */
export const FOLLOW_UPS = { resumeParent: 'head."parentId" IS NOT NULL' } as const;
type FollowUp = keyof typeof FOLLOW_UPS;

interface EndedExecution {
  executionId: string;
  organizationId: string;
}

/** One for each; it may be called again for the same end, so it must do no harm twice. */
export type FollowUpHandlers = Record<FollowUp, (machine: Machine, ended: EndedExecution) => Promise<void>>;

/** Does what is still to be done after the end of a run. Throws what a handler throws; the rest waits for the sweep. */
export async function followUp(
  machine: Machine,
  handlers: FollowUpHandlers,
  { executionId }: { executionId: string },
): Promise<void> {
  const rows = await machine.db.executionFollowUp.findMany({ where: { executionId } });
  for (const { kind, organizationId } of rows) {
    const handle = isFollowUp(kind) ? handlers[kind] : null;
    // A newer worker wrote it, and will do it.
    if (!handle) continue;
    await handle(machine, { executionId, organizationId });
    await machine.db.executionFollowUp.deleteMany({ where: { executionId, kind } });
  }
}

const isFollowUp = (kind: string): kind is FollowUp => Object.hasOwn(FOLLOW_UPS, kind);
