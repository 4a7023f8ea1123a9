import type { ServiceContext } from '../../api/src/domains/context.ts';
import { seedAgent, seedSimulatedProvider, seedTask } from './agent.ts';
import { seedEverythingServer, seedFilesystemServer, seedSimulationServer } from './server.ts';

const FILE_TOOLS = ['write_file', 'read_text_file', 'list_directory', 'edit_file'] as const;

/**
 * The demo: a small editorial team on the simulated model, with the tools of real MCP servers. Output, tool calls, file
 * changes and todos of its runs are all real but for the words of the model.
 */
export async function seedDemo(ctx: ServiceContext): Promise<{ writerId: string }> {
  const files = await seedFilesystemServer(ctx);
  const everything = await seedEverythingServer(ctx);
  const simulation = await seedSimulationServer(ctx);
  const { id: modelProviderId } = await seedSimulatedProvider(ctx);
  const editor = await seedAgent(ctx, {
    name: 'Editor in chief',
    description: 'Leads the team and decides what is written.',
    role: 'MASTER',
    systemPrompt: 'You lead a small editorial team. Plan first, then answer briefly.',
    serverId: files.id,
    modelProviderId,
    capabilities: ['planning'],
    tools: ['list_directory', 'read_text_file'],
  });
  const desk = await seedAgent(ctx, {
    name: 'Desk editor',
    description: 'Looks after writers and researchers.',
    role: 'SUPERVISOR',
    supervisorId: editor.id,
    systemPrompt: 'You review what writers and researchers bring you.',
    serverId: files.id,
    modelProviderId,
    capabilities: ['review'],
    tools: FILE_TOOLS,
  });
  const writer = await seedAgent(ctx, {
    name: 'Writer',
    description: 'Writes texts into files of its workspace.',
    role: 'WORKER',
    supervisorId: desk.id,
    systemPrompt: 'You write clear, short texts and keep them in files.',
    serverId: files.id,
    modelProviderId,
    capabilities: ['writing'],
    tools: FILE_TOOLS,
  });
  await seedAgent(ctx, {
    name: 'Researcher',
    description: 'Uses the tools of the reference server.',
    role: 'WORKER',
    supervisorId: desk.id,
    systemPrompt: 'You gather facts with the tools that you have.',
    serverId: everything.id,
    modelProviderId,
    capabilities: ['research'],
    tools: ['echo', 'get-sum'],
  });
  await seedAgent(ctx, {
    name: 'Simulated colleague',
    description: 'Lives on the simulation server: no model, no tools, for trying things out.',
    role: 'WORKER',
    systemPrompt: '',
    serverId: simulation.id,
    modelProviderId: null,
    capabilities: ['demo'],
  });
  await seedTask(ctx, {
    title: 'Write the release notes',
    prompt: 'Write the release notes of this week into a file and tell me what is in them.',
    agentId: writer.id,
  });
  return { writerId: writer.id };
}
