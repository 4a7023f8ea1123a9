import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedRun } from '../../../test/setup/run.ts';
import { PROJECT_DIR } from '../../../test/source/imports.ts';
import { ExecutionStatus } from '../../generated/prisma/enums.ts';
import { claimExecution, type ClaimedExecution } from './execution.claim.ts';
import {
  cancelExecution,
  failExecution,
  finishExecution,
  resumeExecution,
  writeSuspension,
} from './execution.lifecycle.ts';
import { WAITING_STATUSES } from '../run-status.ts';
import { TRANSITIONS } from './execution.status.ts';

const { machine } = await openTestMachine();
const STATUSES = Object.values(ExecutionStatus);
const done = { status: 'COMPLETED', output: '' } as const;
const failure = { failureReason: 'INTERNAL', failureMessage: 'Lost.' } as const;

/** Tries to bring a run into a status by every way that the lifecycle has. */
const MOVES: Record<ExecutionStatus, (run: ClaimedExecution) => Promise<unknown>> = {
  QUEUED: ({ id }) => resumeExecution(machine, { executionId: id }),
  RUNNING: ({ id }) => claimExecution(machine, { executionId: id, owner: 'another' }),
  COMPLETED: ({ id, fence }) =>
    finishExecution(machine, { executionId: id, fence, outcome: done, events: [] }),
  FAILED: async ({ id, fence }) => {
    const outcome = { status: 'FAILED', ...failure, output: null } as const;
    await finishExecution(machine, { executionId: id, fence, outcome, events: [] });
    // As a claim does that cannot read what the run was accepted with.
    for (const status of ['QUEUED', 'RUNNING'] as const)
      await failExecution(machine, { executionId: id, guard: { fence, statuses: [status] }, ...failure });
  },
  CANCELLED: ({ id }) => cancelExecution(machine, { executionId: id, cancelledById: null }),
  // No run comes to it: a firing that does not run begins with it.
  SKIPPED: async () => undefined,
  ...(Object.fromEntries(
    WAITING_STATUSES.map((status) => [
      status,
      (execution: ClaimedExecution) =>
        writeSuspension(machine, { execution, suspension: { status, wakeAt: null }, events: [] }),
    ]),
  ) as Record<(typeof WAITING_STATUSES)[number], (run: ClaimedExecution) => Promise<unknown>>),
};

describe('[EXE-1] where a run may go', () => {
  it.each(STATUSES)('[EXE-1] from %s: where TRANSITIONS say, and nowhere else', async (before) => {
    const { executionId } = await seedRun(machine);
    const claim = await claimExecution(machine, { executionId, owner: 'test' });
    if (claim.status !== 'CLAIMED') throw new Error(claim.status);
    const reached: ExecutionStatus[] = [];
    for (const after of STATUSES.filter((status) => status !== before)) {
      // A run has one end, which its log keeps.
      await machine.db.executionEvent.deleteMany({ where: { executionId } });
      await machine.sql.query(
        `UPDATE "TaskExecution" SET "status" = $2::"ExecutionStatus", "fence" = $3, "agentSlot" = NULL,
           "organizationSlot" = NULL, "leaseUntil" = now() + interval '1 minute' WHERE "id" = $1`,
        [executionId, before, claim.execution.fence],
      );
      await MOVES[after](claim.execution);
      const { status } = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
      expect([before, after], 'A move led to another status than it names.').toContain(status);
      if (status === after) reached.push(after);
    }
    expect(reached.sort()).toEqual([...TRANSITIONS[before]].sort());
  });
});

const START_OR_END = '[*]';

/** The moves of a state diagram; a composite state stands for each of the states in it. */
function movesOf(diagram: string): string[] {
  const composites = new Map(
    [...diagram.matchAll(/state (\w+) \{([^}]*)\}/g)].map(([, name, body]) => [
      name!,
      body!.split('\n').flatMap((line) => line.trim() || []),
    ]),
  );
  const expand = (state: string) => composites.get(state) ?? [state];
  return [...diagram.matchAll(/^\s*(\S+) --> (\S+?)(?: ?:.*)?$/gm)]
    .flatMap(([, from, to]) =>
      expand(from!).flatMap((before) => expand(to!).map((after) => `${before} → ${after}`)),
    )
    .sort();
}

describe('docs/architecture.md', () => {
  it('[EXE-1] draws the moves that TRANSITIONS allow, and no others', () => {
    const text = readFileSync(join(PROJECT_DIR, 'docs/architecture.md'), 'utf8');
    const [, diagram] = /^```mermaid\n(stateDiagram-v2[^]*?)^```/m.exec(text) ?? [];
    expect(diagram, 'docs/architecture.md has no mermaid block of a stateDiagram-v2.').toBeDefined();
    const moves = STATUSES.flatMap((from) =>
      TRANSITIONS[from].length > 0
        ? TRANSITIONS[from].map((to) => `${from} → ${to}`)
        : [`${from} → ${START_OR_END}`],
    );
    // A run begins as QUEUED; a firing that does not run, as what it stays.
    const beginnings = ['QUEUED', 'SKIPPED'].map((status) => `${START_OR_END} → ${status}`);
    expect(movesOf(diagram!)).toEqual([...beginnings, ...moves].sort());
  });
});
