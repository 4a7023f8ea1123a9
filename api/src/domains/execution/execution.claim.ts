import { isUniqueViolation } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import type { Totals } from './execution.journal.ts';
import { MOST_RECOVERIES } from './execution.lease.ts';
import { failExecution, takeExecution } from './execution.lifecycle.ts';
import { type Claimable, findClaimable, isBusy } from './execution.slots.ts';
import { type ExecutionSnapshot, executionSnapshot } from './execution.snapshot.ts';

/** A run in the hands of one worker. Everything the worker writes names the fence. */
export interface ClaimedExecution {
  id: string;
  organizationId: string;
  agentId: string;
  startedById: string | null;
  fence: number;
  prompt: string;
  snapshot: ExecutionSnapshot;
  /** Earlier workers were lost: there may be steps and half a reply. */
  isRecovery: boolean;
  totals: Totals;
  /** Since when it runs without having waited, and how long it ran before that: what its time limit counts. */
  resumedAt: Date;
  activeMs: number;
  lastSeq: number;
}

export type Claim =
  | { status: 'CLAIMED'; execution: ClaimedExecution }
  /** Not claimable: finished, or in other hands. */
  | { status: 'GONE' }
  /** Agent or plan runs as much as it may; the run stays QUEUED and is rung when another ends. */
  | { status: 'BUSY' };

/**
 * QUEUED → RUNNING, or a RUNNING run whose worker is lost. `owner` is another for each claim: a claim whose answer was
 * lost is known by it when it is made again.
 */
export async function claimExecution(
  machine: Machine,
  args: { executionId: string; owner: string },
): Promise<Claim> {
  for (;;) {
    const run = await findClaimable(machine.sql, args.executionId);
    if (!run) return { status: 'GONE' };
    const isRecovery = run.status === 'RUNNING' && run.isLapsed;
    const isRepeated = run.resumedAt !== null && !run.isLapsed && run.leaseOwner === args.owner;
    if (run.status !== 'QUEUED' && !isRecovery && !isRepeated) return { status: 'GONE' };
    const snapshot = executionSnapshot.safeParse(run.snapshot);
    if (!snapshot.success) {
      machine.log.error({ err: snapshot.error, executionId: run.id }, 'The snapshot of a run cannot be read');
      await failUnreadable(machine, run);
      return { status: 'GONE' };
    }
    if (isRepeated) return claimed(run, snapshot.data, run.resumedAt!, run.recoveries > 0);
    if (isRecovery && run.recoveries >= MOST_RECOVERIES) {
      await failLost(machine, run);
      return { status: 'GONE' };
    }
    if (!isRecovery && isBusy(run)) return { status: 'BUSY' };
    try {
      const taken = await takeExecution(machine, { run, owner: args.owner, isRecovery });
      if (!taken) return { status: 'GONE' };
      const { lastSeq, resumedAt } = taken;
      return claimed({ ...run, fence: run.fence + 1, lastSeq }, snapshot.data, resumedAt, isRecovery);
    } catch (error) {
      // Another run has taken the slot meanwhile: look again for one.
      if (!isUniqueViolation(error)) throw error;
    }
  }
}

const claimed = (
  run: Claimable,
  snapshot: ExecutionSnapshot,
  resumedAt: Date,
  isRecovery: boolean,
): Claim => ({
  status: 'CLAIMED',
  execution: {
    id: run.id,
    organizationId: run.organizationId,
    agentId: run.agentId,
    startedById: run.startedById,
    fence: run.fence,
    prompt: run.prompt,
    snapshot,
    isRecovery,
    totals: {
      stepCount: run.stepCount,
      inputTokens: run.inputTokens,
      outputTokens: run.outputTokens,
      cacheReadTokens: run.cacheReadTokens,
      cacheWriteTokens: run.cacheWriteTokens,
      reasoningTokens: run.reasoningTokens,
      costMicros: BigInt(run.costMicros),
    },
    resumedAt,
    activeMs: run.activeMs,
    lastSeq: run.lastSeq,
  },
});

/** For a run whose workers are lost one after the other. */
const failLost = (machine: Machine, run: Claimable): Promise<boolean> =>
  failExecution(machine, {
    executionId: run.id,
    guard: { fence: run.fence, isLapsed: true },
    failureReason: 'WORKER_LOST',
    failureMessage: `The worker was lost ${MOST_RECOVERIES + 1} times while it drove this run. Look into the worker's log before you retry it.`,
  });

/** For a run that a worker would have to guess about: it would throw in each that takes it. */
const failUnreadable = (machine: Machine, run: Claimable): Promise<boolean> =>
  failExecution(machine, {
    executionId: run.id,
    guard: { fence: run.fence, statuses: [run.status] },
    failureReason: 'INTERNAL',
    failureMessage: `What this run was accepted with cannot be read by this version of the studio. Run it again; an operator finds the cause in the worker's log under ${run.id}.`,
  });
