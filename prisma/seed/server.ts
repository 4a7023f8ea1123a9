import { createServer } from '../../api/src/domains/server/server.service.ts';
import type { ServiceContext } from '../../api/src/domains/context.ts';

/** A real MCP server over stdio that reads and writes files in the workspace of whichever agent uses it. */
export const seedFilesystemServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Workspace files',
    description: "Reads and writes files in the agent's own workspace folder.",
    protocol: 'MCP',
    preset: { name: 'files' },
  });

/** A real MCP server over stdio that shows every feature of the protocol. */
export const seedEverythingServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Everything',
    description: 'The reference server of the Model Context Protocol: echo, sums, images, long operations.',
    protocol: 'MCP',
    preset: { name: 'everything' },
  });

/** A server that runs in the studio itself, for trying things out. Chosen by a person, labelled everywhere. */
export const seedSimulationServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Simulation',
    description: 'Answers by rule, without a model and without tools.',
    protocol: 'SIMULATION',
  });
