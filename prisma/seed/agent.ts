import { createModelProvider } from '../../api/src/domains/model/model.service.ts';
import { createAgent } from '../../api/src/domains/agent/agent.service.ts';
import { validateAgent } from '../../api/src/domains/agent/agent.lifecycle.ts';
import { setToolPermission } from '../../api/src/domains/tool/tool-permission.service.ts';
import { createTask } from '../../api/src/domains/task/task.service.ts';
import type { ServiceContext } from '../../api/src/domains/context.ts';

/** The simulated model: no key, the same answer to the same prompt. */
export const seedSimulatedProvider = (ctx: ServiceContext): Promise<{ id: string }> =>
  createModelProvider(ctx, { name: 'Simulated model', kind: 'SIMULATED', defaultModel: 'simulated' });

/** An agent that is validated and may call the named tools of its server. */
export async function seedAgent(
  ctx: ServiceContext,
  args: {
    name: string;
    description: string;
    role: 'MASTER' | 'SUPERVISOR' | 'WORKER';
    systemPrompt: string;
    serverId: string;
    modelProviderId: string | null;
    supervisorId?: string;
    maxSteps?: number;
    maxTokens?: number;
    maxDurationMs?: number;
    capabilities?: string[];
    /** Names of tools of the server; every other tool stays invisible. */
    tools?: readonly string[];
  },
): Promise<{ id: string }> {
  const { tools = [], ...input } = args;
  const agent = await createAgent(ctx, input);
  await equipAgent(ctx, { agentId: agent.id, serverId: args.serverId, tools });
  return agent;
}

/** Gives an agent the named tools of its server and validates it. */
export async function equipAgent(
  ctx: ServiceContext,
  args: { agentId: string; serverId: string; tools: readonly string[] },
): Promise<void> {
  const definitions = await ctx.db.toolDefinition.findMany({
    where: {
      organizationId: ctx.viewer!.organizationId,
      serverId: args.serverId,
      name: { in: [...args.tools] },
    },
    select: { id: true, name: true },
  });
  const missing = args.tools.filter((tool) => !definitions.some(({ name }) => name === tool));
  if (missing.length > 0) throw new Error(`The server does not offer ${missing.join(', ')}.`);
  for (const { id } of definitions) {
    await setToolPermission(ctx, {
      agentId: args.agentId,
      toolId: id,
      input: { effect: 'ALLOW', reason: 'Part of the demo.' },
    });
  }
  await validateAgent(ctx, { id: args.agentId });
}

export const seedTask = (
  ctx: ServiceContext,
  args: { title: string; prompt: string; agentId: string },
): Promise<{ id: string }> => createTask(ctx, args);
