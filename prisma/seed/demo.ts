import type { ServiceContext } from '../../api/src/domains/context.ts';
import { createAgent } from '../../api/src/domains/agent/agent.service.ts';
import { equipAgent, seedSimulatedProvider, seedTask } from './agent.ts';
import { seedEverythingServer, seedFilesystemServer, seedSimulationServer } from './server.ts';

const FILE_TOOLS = ['write_file', 'read_text_file', 'list_directory', 'edit_file'] as const;

interface DemoAgent {
  name: string;
  description: string;
  role: 'MASTER' | 'SUPERVISOR' | 'WORKER';
  systemPrompt: string;
  server: 'files' | 'everything' | 'simulation';
  reportsTo?: string;
  capability: string;
  tools: readonly string[];
}

/** Superiors before those who report to them. */
const AGENTS: readonly DemoAgent[] = [
  {
    name: 'Editor in chief',
    description: 'Leads the team and decides what is written.',
    role: 'MASTER',
    systemPrompt: 'You lead a small editorial team. Plan first, then answer briefly.',
    server: 'files',
    capability: 'planning',
    tools: ['list_directory', 'read_text_file'],
  },
  {
    name: 'Desk editor',
    description: 'Looks after writers and researchers.',
    role: 'SUPERVISOR',
    systemPrompt: 'You review what writers and researchers bring you.',
    server: 'files',
    reportsTo: 'Editor in chief',
    capability: 'review',
    tools: FILE_TOOLS,
  },
  {
    name: 'Writer',
    description: 'Writes texts into files of its workspace.',
    role: 'WORKER',
    systemPrompt: 'You write clear, short texts and keep them in files.',
    server: 'files',
    reportsTo: 'Desk editor',
    capability: 'writing',
    tools: FILE_TOOLS,
  },
  {
    name: 'Researcher',
    description: 'Uses the tools of the reference server.',
    role: 'WORKER',
    systemPrompt: 'You gather facts with the tools that you have.',
    server: 'everything',
    reportsTo: 'Desk editor',
    capability: 'research',
    tools: ['echo', 'get-sum'],
  },
  {
    name: 'Simulated colleague',
    description: 'Lives on the simulation server: no model, no tools, for trying things out.',
    role: 'WORKER',
    systemPrompt: '',
    server: 'simulation',
    capability: 'demo',
    tools: [],
  },
];

type Row = { id: string } | null;

/** What is there already stays: a first start that was interrupted is taken up where it ended. */
const once = async (found: PromiseLike<Row>, create: () => Promise<{ id: string }>): Promise<string> =>
  ((await found) ?? (await create())).id;

/**
 * The demo: a small editorial team on the simulated model, with the tools of real MCP servers. Output, tool calls, file
 * changes and todos of its runs are all real but for the words of the model.
 */
export async function seedDemo(ctx: ServiceContext): Promise<void> {
  const { organizationId } = ctx.viewer!;
  const named = (name: string) => ({ where: { organizationId, name }, select: { id: true } });
  const findServer = (name: string) => ctx.db.serverConfiguration.findFirst(named(name));
  const servers = {
    files: await once(findServer('Workspace files'), () => seedFilesystemServer(ctx)),
    everything: await once(findServer('Everything'), () => seedEverythingServer(ctx)),
    simulation: await once(findServer('Simulation'), () => seedSimulationServer(ctx)),
  };
  const modelProviderId = await once(ctx.db.modelProvider.findFirst(named('Simulated model')), () =>
    seedSimulatedProvider(ctx),
  );

  const agents = new Map<string, string>();
  for (const { server, reportsTo, capability, tools, ...agent } of AGENTS) {
    const serverId = servers[server];
    const agentId = await once(ctx.db.agent.findFirst(named(agent.name)), () =>
      createAgent(ctx, {
        ...agent,
        serverId,
        modelProviderId: server === 'simulation' ? null : modelProviderId,
        ...(reportsTo ? { supervisorId: agents.get(reportsTo)! } : {}),
        capabilities: [capability],
      }),
    );
    await equipAgent(ctx, { agentId, serverId, tools });
    agents.set(agent.name, agentId);
  }

  const title = 'Write the release notes';
  await once(ctx.db.task.findFirst({ where: { organizationId, title }, select: { id: true } }), () =>
    seedTask(ctx, {
      title,
      prompt: 'Write the release notes of this week into a file and tell me what is in them.',
      agentId: agents.get('Writer')!,
    }),
  );
}
