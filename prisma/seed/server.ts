import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createServer } from '../../api/src/domains/server/server.service.ts';
import type { ServiceContext } from '../../api/src/domains/context.ts';

const require = createRequire(import.meta.url);

/** The program of an MCP server that is installed with the studio. */
const programOf = (name: string): string =>
  join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist', 'index.js');

/** A real MCP server over stdio that reads and writes files in the workspace of whichever agent uses it. */
export const seedFilesystemServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Workspace files',
    description: "Reads and writes files in the agent's own workspace folder.",
    protocol: 'MCP',
    command: 'node',
    args: [programOf('server-filesystem'), '{workspace}'],
  });

/** A real MCP server over stdio that shows every feature of the protocol. */
export const seedEverythingServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Everything',
    description: 'The reference server of the Model Context Protocol: echo, sums, images, long operations.',
    protocol: 'MCP',
    command: 'node',
    args: [programOf('server-everything')],
  });

/** A server that runs in the studio itself, for trying things out. Chosen by a person, labelled everywhere. */
export const seedSimulationServer = (ctx: ServiceContext): Promise<{ id: string }> =>
  createServer(ctx, {
    name: 'Simulation',
    description: 'Answers by rule, without a model and without tools.',
    protocol: 'SIMULATION',
  });
