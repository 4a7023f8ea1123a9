import { describe, expect, it } from 'vitest';
import { createAgent, deleteAgent } from '../src/domains/agent/agent.service.ts';
import { createModelProvider, deleteModelProvider } from '../src/domains/model/model.service.ts';
import { createServer, deleteServer } from '../src/domains/server/server.service.ts';
import { createTask } from '../src/domains/task/task.service.ts';
import { ConflictError, NotFoundError } from '../src/platform/errors.ts';
import { contextOf } from '../src/domains/context.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedViewer } from './setup/run.ts';

const { machine } = await openTestMachine();
const ctx = contextOf(machine, await seedViewer(machine));

/** Often enough that both get to be first. */
const ROUNDS = 8;

/** One of the two wins, and the other hears a sentence: never a foreign key's complaint. */
function expectOneWinner([removing, referring]: PromiseSettledResult<unknown>[]): void {
  if (removing!.status === 'fulfilled') {
    expect(referring).toMatchObject({ status: 'rejected', reason: expect.any(NotFoundError) });
  } else {
    expect(removing!.reason).toBeInstanceOf(ConflictError);
    expect(referring).toMatchObject({ status: 'fulfilled' });
  }
}

const addServer = () => createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' });

describe('deleting a thing while another begins to point at it', () => {
  it('[SRV-6] a server and a new agent', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = await addServer();
      const outcomes = await Promise.allSettled([
        deleteServer(ctx, { id: server.id, force: false }),
        createAgent(ctx, { name: 'A', role: 'WORKER', serverId: server.id }),
      ]);
      expectOneWinner(outcomes);
    }
  });

  it('[EXE-11] a model provider and a new agent', async () => {
    const server = await addServer();
    for (let round = 0; round < ROUNDS; round += 1) {
      const provider = await createModelProvider(ctx, {
        name: `P${round}`,
        kind: 'SIMULATED',
        defaultModel: 's',
      });
      const outcomes = await Promise.allSettled([
        deleteModelProvider(ctx, provider),
        createAgent(ctx, { name: 'A', role: 'WORKER', serverId: server.id, modelProviderId: provider.id }),
      ]);
      expectOneWinner(outcomes);
    }
  });

  it('[TASK-1] an agent and a new task: the task is refused, or left without an agent', async () => {
    const server = await addServer();
    for (let round = 0; round < ROUNDS; round += 1) {
      const agent = await createAgent(ctx, { name: 'A', role: 'WORKER', serverId: server.id });
      const [removing, adding] = await Promise.allSettled([
        deleteAgent(ctx, agent),
        createTask(ctx, { title: 'T', prompt: 'P', agentId: agent.id }),
      ]);
      expect(removing.status).toBe('fulfilled');
      if (adding.status === 'rejected') expect(adding.reason).toBeInstanceOf(NotFoundError);
      else expect(await machine.db.task.findUnique({ where: adding.value })).toMatchObject({ agentId: null });
    }
  });
});
