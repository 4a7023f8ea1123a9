import { describe, expect, it } from 'vitest';
import { contextOf } from '../context.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedRun, seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { beatExecution, MOST_RECOVERIES } from './execution.lease.ts';
import { claimExecution } from './execution.claim.ts';
import { cancelExecution, finishExecution } from './execution.lifecycle.ts';
import { inTransaction } from '../../platform/database.ts';
import { event } from '../execution-event/execution-event.log.ts';
import { readLog } from '../execution-event/execution-event.read.ts';
import { startToolStep, type ToolRecord } from './execution.journal.ts';
import { runAgent } from './execution.service.ts';

const { machine } = await openTestMachine();

async function claim(executionId: string) {
  const result = await claimExecution(machine, { executionId, owner: 'test' });
  if (result.status !== 'CLAIMED') throw new Error(result.status);
  return result.execution;
}

const statusOf = async (id: string) =>
  (await machine.db.taskExecution.findUniqueOrThrow({ where: { id } })).status;
const lapse = (id: string) =>
  machine.sql.query(`UPDATE "TaskExecution" SET "leaseUntil" = now() - interval '1 second' WHERE "id" = $1`, [
    id,
  ]);
const done = { status: 'COMPLETED', output: 'done' } as const;

describe('the life of a run', () => {
  it('[EXE-1] goes from QUEUED over RUNNING to its end, with an event for each move', async () => {
    const { executionId } = await seedRun(machine);
    const { fence } = await claim(executionId);
    expect(await finishExecution(machine, { executionId, fence, outcome: done, events: [] })).not.toBeNull();
    const events = await readLog(machine.sql, { executionId, after: 0, limit: 10 });
    expect(events.map(({ payload }) => (payload as { status: string }).status)).toEqual([
      'QUEUED',
      'RUNNING',
      'COMPLETED',
    ]);
  });

  it('[EXE-6] lets one of many workers have it', async () => {
    const { executionId } = await seedRun(machine);
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        claimExecution(machine, { executionId, owner: `worker-${index}` }),
      ),
    );
    expect(claims.filter(({ status }) => status === 'CLAIMED')).toHaveLength(1);
  });

  it('[EXE-6] gives a lapsed run to another worker and fences the first one out', async () => {
    const { executionId } = await seedRun(machine);
    const first = await claim(executionId);
    expect(await claimExecution(machine, { executionId, owner: 'other' })).toEqual({ status: 'GONE' });
    await lapse(executionId);
    const second = await claim(executionId);
    expect(second).toMatchObject({ fence: first.fence + 1, isRecovery: true });
    expect(await beatExecution(machine, { executionId, fence: first.fence })).toBe(false);
    expect(
      await finishExecution(machine, { executionId, fence: first.fence, outcome: done, events: [] }),
    ).toBeNull();
    expect(await statusOf(executionId)).toBe('RUNNING');
    expect(
      await finishExecution(machine, { executionId, fence: second.fence, outcome: done, events: [] }),
    ).not.toBeNull();
  });

  it('[EXE-6] fails a run that loses one worker after the other', async () => {
    const { executionId } = await seedRun(machine);
    await claim(executionId);
    for (let recovery = 0; recovery < MOST_RECOVERIES; recovery += 1) {
      await lapse(executionId);
      await claim(executionId);
    }
    await lapse(executionId);
    expect(await claimExecution(machine, { executionId, owner: 'test' })).toEqual({ status: 'GONE' });
    const run = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
    expect(run).toMatchObject({ status: 'FAILED', failureReason: 'WORKER_LOST' });
  });

  it('[EXE-5] cancels in any state, and no late result changes that', async () => {
    const { executionId } = await seedRun(machine);
    const { fence } = await claim(executionId);
    expect(await cancelExecution(machine, { executionId, cancelledById: null })).toBe(true);
    expect(await finishExecution(machine, { executionId, fence, outcome: done, events: [] })).toBeNull();
    expect(await cancelExecution(machine, { executionId, cancelledById: null })).toBe(false);
    const events = await readLog(machine.sql, { executionId, after: 0, limit: 10 });
    expect(events.at(-1)).toMatchObject({ type: 'STATUS_CHANGED', payload: { status: 'CANCELLED' } });
    expect(await statusOf(executionId)).toBe('CANCELLED');
  });

  it('[EXE-5] cancels a run that nobody has begun, and nobody begins it', async () => {
    const { executionId } = await seedRun(machine);
    await cancelExecution(machine, { executionId, cancelledById: null });
    expect(await claimExecution(machine, { executionId, owner: 'test' })).toEqual({ status: 'GONE' });
  });

  it('[AGT-4] runs no more at once than the agent may', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 1 });
    const ctx = contextOf(machine, viewer);
    const runs = await Promise.all(
      Array.from({ length: 6 }, (_, index) => runAgent(ctx, { agentId, prompt: `Run ${index}` })),
    );
    const claims = await Promise.all(
      runs.map(({ executionId }) => claimExecution(machine, { executionId, owner: executionId })),
    );
    expect(claims.map(({ status }) => status).sort()).toEqual([
      'BUSY',
      'BUSY',
      'BUSY',
      'BUSY',
      'BUSY',
      'CLAIMED',
    ]);
  });
});

describe('a claim', () => {
  it('[AGT-4] waits for nobody who holds the rows of agent and organization', async () => {
    const { executionId, agentId, viewer } = await seedRun(machine);
    await inTransaction(machine.sql, async (client) => {
      await client.query(`SELECT FROM "Agent" WHERE "id" = $1 FOR NO KEY UPDATE`, [agentId]);
      await client.query(`SELECT FROM "Organization" WHERE "id" = $1 FOR NO KEY UPDATE`, [
        viewer.organizationId,
      ]);
      await claim(executionId);
    });
  });

  it('[EXE-6] is known again by its owner when its answer was lost', async () => {
    const { executionId } = await seedRun(machine);
    const first = await claim(executionId);
    const again = await claimExecution(machine, { executionId, owner: 'test' });
    expect(again).toEqual({ status: 'CLAIMED', execution: first });
    expect(await claimExecution(machine, { executionId, owner: 'other' })).toEqual({ status: 'GONE' });
  });

  it('[AGT-4] never passes the limit of the agent while runs begin and end at the same time', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 3 });
    const ctx = contextOf(machine, viewer);
    const runs = await Promise.all(
      Array.from({ length: 30 }, (_, index) => runAgent(ctx, { agentId, prompt: `Run ${index}` })),
    );
    const most: number[] = [];
    const begin = async (executionId: string): Promise<void> => {
      const result = await claimExecution(machine, { executionId, owner: executionId });
      if (result.status !== 'CLAIMED') return begin(executionId);
      most.push(await machine.db.taskExecution.count({ where: { agentId, status: 'RUNNING' } }));
      await finishExecution(machine, {
        executionId,
        fence: result.execution.fence,
        outcome: done,
        events: [],
      });
    };
    await Promise.all(runs.map(({ executionId }) => begin(executionId)));
    expect(most).toHaveLength(30);
    expect(Math.max(...most)).toBeLessThanOrEqual(3);
    const slots = await machine.db.taskExecution.count({ where: { agentId, agentSlot: { not: null } } });
    expect(slots).toBe(0);
  });
});

describe('the end of a run', () => {
  const openCall = async (executionId: string, fence: number, organizationId: string) => {
    const call = { callId: 'call-0-1', toolName: 'write', serverName: null, arguments: { a: 1 } };
    const record: ToolRecord = {
      name: 'write',
      toolId: null,
      toolName: 'write',
      serverName: null,
      arguments: { a: 1 },
      decision: { effect: 'ALLOW', rule: 'x' },
      note: null,
      result: null,
    };
    await startToolStep(machine, {
      executionId,
      organizationId,
      fence,
      index: 0,
      callId: call.callId,
      record,
      shown: record,
      events: [event('TOOL_CALL_UPDATED', { ...call, status: 'RUNNING' }, new Date())],
    });
  };
  const lastTwo = async (executionId: string) =>
    (await readLog(machine.sql, { executionId, after: 0, limit: 100 })).slice(-2);
  const closedCall = {
    type: 'TOOL_CALL_UPDATED',
    payload: { callId: 'call-0-1', status: 'UNKNOWN', arguments: { a: 1 } },
  };

  it('[EXE-5] closes the calls of a run that is cancelled', async () => {
    const { executionId, viewer } = await seedRun(machine);
    const { fence } = await claim(executionId);
    await openCall(executionId, fence, viewer.organizationId);
    await cancelExecution(machine, { executionId, cancelledById: null });
    expect(await lastTwo(executionId)).toMatchObject([
      { ...closedCall, seq: 4 },
      { seq: 5, payload: { status: 'CANCELLED' } },
    ]);
  });

  it('[EXE-1] closes the calls of a run that fails, after the last events of its worker', async () => {
    const { executionId, viewer } = await seedRun(machine);
    const { fence } = await claim(executionId);
    await openCall(executionId, fence, viewer.organizationId);
    const outcome = {
      status: 'FAILED',
      failureReason: 'TIMEOUT',
      failureMessage: 'Late.',
      output: null,
    } as const;
    const events = [event('OUTPUT_APPENDED', { text: 'last words' }, new Date())];
    await finishExecution(machine, { executionId, fence, outcome, events });
    expect(await lastTwo(executionId)).toMatchObject([
      { ...closedCall, seq: 5 },
      { seq: 6, payload: { status: 'FAILED' } },
    ]);
  });

  it('[EXE-6] by too many lost workers closes its calls and wakes the next', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 1 });
    const ctx = contextOf(machine, viewer);
    const { executionId } = await runAgent(ctx, { agentId, prompt: 'Lost.' });
    const { fence } = await claim(executionId);
    await openCall(executionId, fence, viewer.organizationId);
    const { executionId: next } = await runAgent(ctx, { agentId, prompt: 'Next.' });
    await machine.sql.query(
      `UPDATE "TaskExecution" SET "recoveries" = $2, "leaseUntil" = now() - interval '1 second' WHERE "id" = $1`,
      [executionId, MOST_RECOVERIES],
    );
    const rung: string[] = [];
    const add: typeof machine.queues.add = async (_name, data) => void rung.push(data.executionId);
    const deaf = { ...machine, queues: { ...machine.queues, add } };
    expect(await claimExecution(deaf, { executionId, owner: 'other' })).toEqual({ status: 'GONE' });
    expect(rung).toEqual([next]);
    expect(await lastTwo(executionId)).toMatchObject([
      closedCall,
      { payload: { failureReason: 'WORKER_LOST' } },
    ]);
  });
});

describe('starting a run', () => {
  it('[EXE-4] tells who watches the runs of the organization at once', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer);
    const heard: string[] = [];
    await machine.pubsub.listen('execution', viewer.organizationId, ({ executionId }) =>
      heard.push(executionId),
    );
    const { executionId } = await runAgent(contextOf(machine, viewer), { agentId, prompt: 'Go.' });
    await expect.poll(() => heard).toEqual([executionId]);
  });

  it('[TASK-6] gives one execution for one idempotency key, however many ask at once', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer);
    const ctx = contextOf(machine, viewer);
    const input = { agentId, prompt: 'Once.', idempotencyKey: 'key-1' };
    const runs = await Promise.all(Array.from({ length: 20 }, () => runAgent(ctx, input)));
    expect(new Set(runs.map(({ executionId }) => executionId)).size).toBe(1);
    expect(await machine.db.taskExecution.count({ where: { agentId } })).toBe(1);
    await expect(runAgent(ctx, { ...input, prompt: 'Something else.' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('[EXE-1] is accepted while Redis is away: the row is the truth', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer);
    const queues = { ...machine.queues, add: () => Promise.reject(new Error('Redis is away')) };
    const { executionId } = await runAgent(contextOf({ ...machine, queues }, viewer), {
      agentId,
      prompt: 'Go.',
    });
    expect(await statusOf(executionId)).toBe('QUEUED');
  });

  it('[AGT-1] is refused while the agent is not active', async () => {
    const viewer = await seedViewer(machine);
    const { agentId } = await seedSimulatedAgent(machine, viewer);
    await machine.db.agent.update({ where: { id: agentId }, data: { state: 'INACTIVE' } });
    await expect(runAgent(contextOf(machine, viewer), { agentId, prompt: 'Go.' })).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
    });
  });
});

describe('the plan of an organization', () => {
  it('[ORG-3] bounds how many runs are at work at once, over all agents', async () => {
    const viewer = await seedViewer(machine);
    await machine.db.organization.update({ where: { id: viewer.organizationId }, data: { plan: 'FREE' } });
    const ctx = contextOf(machine, viewer);
    const agents = await Promise.all(
      Array.from({ length: 4 }, () => seedSimulatedAgent(machine, viewer, { maxConcurrency: 5 })),
    );
    const runs = await Promise.all(
      agents.flatMap(({ agentId }) =>
        Array.from({ length: 3 }, () => runAgent(ctx, { agentId, prompt: 'Go.' })),
      ),
    );
    const claims = await Promise.all(
      runs.map(({ executionId }) => claimExecution(machine, { executionId, owner: executionId })),
    );
    expect(claims.filter(({ status }) => status === 'CLAIMED')).toHaveLength(5);
  });
});
