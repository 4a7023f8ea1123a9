import { inTransaction, type Sql, type SqlClient } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import type { FailureReason } from '../../generated/prisma/enums.ts';
import { event, type Guard, type LogHead, writeLog } from '../execution-event/execution-event.log.ts';
import type { NewEvent } from '../run-events.ts';
import { ringChange, ringEnded, ringQueue, ringStop } from './execution.bell.ts';
import type { ClaimedExecution } from './execution.claim.ts';
import { FOLLOW_UPS } from './execution.ended.ts';
import type { StepColumns } from './execution.journal.ts';
import { LEASE_UNTIL } from './execution.lease.ts';
import { type Claimable, listStartable } from './execution.slots.ts';
import { type Outcome, statusesBefore, type Suspension } from './execution.status.ts';

/**
 * The only writer of an execution's status once it is accepted. Every move is a compare-and-set that appends the event which explains it, in
 * one transaction; zero rows mean that somebody else was first. Every move rings. Which there are: TRANSITIONS.
 */

/**
 * QUEUED → RUNNING, in a slot that nobody held when the run was read; or a RUNNING run whose worker is lost into the hands
 * of another. Null: somebody else was first. Throws a unique violation when the slot has been taken meanwhile.
 */
export async function takeExecution(
  machine: Machine,
  { run, owner, isRecovery }: { run: Claimable; owner: string; isRecovery: boolean },
): Promise<{ lastSeq: number; resumedAt: Date } | null> {
  const now = machine.clock.now();
  const startedAt = run.startedAt ?? now;
  // A recovery is no pause: the time that was lost counts.
  const resumedAt = isRecovery ? (run.resumedAt ?? startedAt) : now;
  const head = await writeLog(machine.sql, {
    executionId: run.id,
    guard: { fence: run.fence, statuses: [run.status], isLapsed: isRecovery },
    computed: [
      '"fence" = "fence" + 1',
      LEASE_UNTIL,
      ...(isRecovery ? ['"recoveries" = "recoveries" + 1'] : []),
    ],
    changes: {
      status: 'RUNNING',
      leaseOwner: owner,
      startedAt: startedAt.toISOString(),
      resumedAt: resumedAt.toISOString(),
      ...(isRecovery ? {} : { agentSlot: run.freeAgentSlot, organizationSlot: run.freeOrganizationSlot }),
    },
    events: [
      isRecovery
        ? event(
            'LOG_WRITTEN',
            { level: 'WARN', message: 'The worker was lost; another goes on from the last finished step.' },
            now,
          )
        : event('STATUS_CHANGED', { status: 'RUNNING' }, now),
    ],
  });
  if (!head) return null;
  ringChange(machine, run.id, head);
  return { lastSeq: head.lastSeq, resumedAt };
}

/** Nobody holds the run any more, and its slots are free. */
const LET_GO = { leaseOwner: null, leaseUntil: null, agentSlot: null, organizationSlot: null };

/** What every end does to the row. */
const ended = (machine: Machine) => ({
  ...LET_GO,
  finishedAt: machine.clock.now().toISOString(),
  wakeAt: null,
});

/** What every end writes beside its event. */
const CLOSING = { closesCalls: true, followUps: FOLLOW_UPS };

/** RUNNING → its end, with the last events of its worker and the step that they tell of. Rings nothing. Null: the worker had been replaced. */
export function writeEnd(
  machine: Machine,
  args: {
    executionId: string;
    fence: number;
    outcome: Outcome;
    events: readonly NewEvent[];
    lastStep?: StepColumns | undefined;
  },
): Promise<LogHead | null> {
  const { outcome, lastStep } = args;
  const { failureReason, failureMessage } =
    outcome.status === 'FAILED' ? outcome : { failureReason: null, failureMessage: null };
  return writeLog(machine.sql, {
    executionId: args.executionId,
    guard: { fence: args.fence },
    ...CLOSING,
    ...lastStep,
    changes: {
      ...lastStep?.changes,
      ...ended(machine),
      status: outcome.status,
      failureReason,
      failureMessage,
      output: outcome.output,
    },
    events: [...args.events, explanationOf(machine, outcome)],
  });
}

const explanationOf = (machine: Machine, outcome: Explained): NewEvent =>
  event(
    'STATUS_CHANGED',
    outcome.status === 'FAILED'
      ? { status: 'FAILED', failureReason: outcome.failureReason, message: outcome.failureMessage }
      : { status: 'COMPLETED' },
    machine.clock.now(),
  );

type Explained =
  | Pick<Extract<Outcome, { status: 'COMPLETED' }>, 'status'>
  | Omit<Extract<Outcome, { status: 'FAILED' }>, 'output'>;

/** Rings for an end or a suspension that has been written, and for who may run in its place; twice does no harm. */
export async function announceEnd(
  machine: Machine,
  executionId: string,
  head: Pick<LogHead, 'organizationId' | 'lastSeq' | 'isFollowed'>,
): Promise<void> {
  ringChange(machine, executionId, head);
  if (head.isFollowed) await ringEnded(machine, executionId);
  await startNext(machine, head);
}

/** RUNNING → WAITING_…, with the last events of its worker. Rings nothing. Null: the worker had been replaced. */
export function writeSuspension(
  machine: Machine,
  args: { execution: ClaimedExecution; suspension: Suspension; events: readonly NewEvent[] },
): Promise<LogHead | null> {
  const { id: executionId, fence, activeMs, resumedAt } = args.execution;
  const { status, wakeAt, asks } = args.suspension;
  const now = machine.clock.now();
  const write = (sql: Sql | SqlClient) =>
    writeLog(sql, {
      executionId,
      guard: { fence },
      changes: {
        ...LET_GO,
        status,
        wakeAt: wakeAt?.toISOString() ?? null,
        activeMs: activeMs + now.getTime() - resumedAt.getTime(),
      },
      events: [...args.events, ...(asks?.events ?? []), event('STATUS_CHANGED', { status }, now)],
    });
  if (!asks) return write(machine.sql);
  return inTransaction(machine.sql, async (client) => {
    const head = await write(client);
    if (head) await asks.write(client);
    return head;
  });
}

/**
 * WAITING_… → QUEUED: the one way back, whatever it waited for; in `transact`, for whoever does more in it. False: it does
 * not wait.
 */
export async function resumeExecution(
  machine: Machine,
  args: { executionId: string; events?: readonly NewEvent[] },
  transact: Transact = (work) => inTransaction(machine.sql, work),
): Promise<boolean> {
  const head = await transact((client) =>
    writeLog(client, {
      executionId: args.executionId,
      guard: { statuses: statusesBefore('QUEUED') },
      changes: { status: 'QUEUED', wakeAt: null },
      events: [...(args.events ?? []), event('STATUS_CHANGED', { status: 'QUEUED' }, machine.clock.now())],
    }),
  );
  if (!head) return false;
  ringChange(machine, args.executionId, head);
  await startNext(machine, head);
  return true;
}

/** Ends a run and tells of it. Null when the worker had been replaced: nothing was written. */
export async function finishExecution(
  machine: Machine,
  args: { executionId: string; fence: number; outcome: Outcome; events: readonly NewEvent[] },
): Promise<LogHead | null> {
  const head = await writeEnd(machine, args);
  if (head) await announceEnd(machine, args.executionId, head);
  return head;
}

/**
 * Any state → CANCELLED, at once; false when it had already ended. The worker is told and fenced out. `transact` is the
 * transaction in which it happens, for whoever does more in it.
 */
export async function cancelExecution(
  machine: Machine,
  args: { executionId: string; cancelledById: string | null },
  transact: Transact = (work) => inTransaction(machine.sql, work),
): Promise<boolean> {
  const end = {
    guard: { statuses: statusesBefore('CANCELLED') },
    changes: { ...ended(machine), status: 'CANCELLED', cancelledById: args.cancelledById },
    events: [event('STATUS_CHANGED', { status: 'CANCELLED' }, machine.clock.now())],
  } as const;
  const head = await endFromOutside(machine, args.executionId, end, transact);
  if (head) ringStop(machine, args.executionId);
  return head !== null;
}

/** → FAILED, for a run that nobody drives. False: the guard does not hold any more. */
export async function failExecution(
  machine: Machine,
  args: { executionId: string; guard: Guard; failureReason: FailureReason; failureMessage: string },
): Promise<boolean> {
  const { executionId, guard, failureReason, failureMessage } = args;
  const outcome = { status: 'FAILED', failureReason, failureMessage } as const;
  const end = {
    guard,
    changes: { ...ended(machine), ...outcome },
    events: [explanationOf(machine, outcome)],
  };
  const head = await endFromOutside(machine, executionId, end, (work) => inTransaction(machine.sql, work));
  return head !== null;
}

export type Transact = (work: (client: SqlClient) => Promise<LogHead | null>) => Promise<LogHead | null>;

/**
 * An end that is not written by whoever holds the run. The row is locked first: a call that the holder begins at this
 * moment is then either seen and closed, or never begun.
 */
async function endFromOutside(
  machine: Machine,
  executionId: string,
  end: Pick<Parameters<typeof writeLog>[1], 'guard' | 'changes' | 'events'>,
  transact: Transact,
): Promise<LogHead | null> {
  const head = await transact(async (client) => {
    await client.query(`SELECT FROM "TaskExecution" WHERE "id" = $1 FOR NO KEY UPDATE`, [executionId]);
    const head = await writeLog(client, {
      executionId,
      ...end,
      ...CLOSING,
      computed: ['"fence" = "fence" + 1'],
    });
    if (head) await machine.dependents.withdrawQuestions(client, { executionId });
    return head;
  });
  if (head) await announceEnd(machine, executionId, head);
  return head;
}

/** Gives a run back, for a worker that shuts down: the lease ends now, and the bell is rung for another. */
export async function releaseExecution(
  machine: Machine,
  args: { executionId: string; fence: number },
): Promise<void> {
  const { rowCount } = await machine.sql.query(
    `UPDATE "TaskExecution" SET "leaseUntil" = now() - interval '1 second', "recoveries" = "recoveries" - 1
     WHERE "id" = $1 AND "fence" = $2 AND "status" = 'RUNNING'`,
    [args.executionId, args.fence],
  );
  if (rowCount === 1) await ringQueue(machine, { id: args.executionId, fence: args.fence, priority: 'HIGH' });
}

/** One end frees one slot; several at the same moment must not all wake the same run. */
const MOST_WOKEN = 10;

/**
 * Slots have become free: wakes the runs of the organization that have waited longest for one. Never throws: that a run is
 * QUEUED and a slot is free can be seen at any time, and the sweep looks for it.
 */
async function startNext(machine: Machine, { organizationId }: { organizationId: string }): Promise<void> {
  try {
    const startable = await listStartable(machine.sql, { organizationId, most: MOST_WOKEN });
    await Promise.all(startable.map((run) => ringQueue(machine, run)));
  } catch (error) {
    machine.log.warn({ err: error, organizationId }, 'Nobody was woken for a free slot; the sweep will');
  }
}
