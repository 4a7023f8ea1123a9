import { DriverError } from '../drivers/driver.ts';
import { providerForRun, providerRows } from '../domains/model/model-endpoint.ts';
import { openCredentials, secretsIn } from '../domains/server/server.credentials.ts';
import { mcpTargetOf, serverRows } from '../domains/server/mcp-target.ts';
import { type AgentTool, permissionRows, visibleTools } from '../domains/tool/agent-tools.ts';
import { modelNameOf } from '../domains/tool/model-name.ts';
import type { Machine } from '../domains/context.ts';
import type { ClaimedExecution } from '../domains/execution/execution.claim.ts';
import { actorRows } from '../domains/user/user.service.ts';
import { VaultError } from '../platform/crypto.ts';
import { readTogether } from '../platform/read-together.ts';
import { failureOf, RunFailure } from './outcome.ts';
import type { Run } from './run.ts';

/** What a run needs, as it stands at this moment: for whom it acts, its server, its model and its tools. One statement. */
export function findNeeds(machine: Machine, execution: ClaimedExecution) {
  const { organizationId, agentId, startedById: userId, snapshot } = execution;
  return readTogether(machine.sql, {
    actors: actorRows({ organizationId, userId }),
    servers: serverRows({ organizationId, id: snapshot.serverId, userId }),
    providers: providerRows({ organizationId, id: snapshot.modelProviderId ?? '' }),
    permissions: permissionRows({ organizationId, agentId, userId, now: machine.clock.now() }),
  });
}

export type Needs = Awaited<ReturnType<typeof findNeeds>>;
type Prepared = Pick<Run, 'server' | 'model' | 'tools'>;

/** Makes of what was found what the run works with, and contacts nobody. Throws RunFailure AGENT_UNAVAILABLE. */
export function prepareRun(run: Pick<Run, 'ctx' | 'execution'>, needs: Needs): Prepared {
  const [server] = needs.servers;
  if (!server)
    throw new RunFailure(
      'AGENT_UNAVAILABLE',
      'The server of this agent is gone. Give the agent another one.',
    );
  const model = chooseModel(run, server, needs);
  const tools = new Map<string, AgentTool>();
  for (const tool of visibleTools(needs.permissions)) {
    tools.set(modelNameOf(tool.server.slug, tool.approved?.definition.name ?? ''), tool);
  }
  return { server, model, tools };
}

/** Proves that the server of the agent can be reached, before a token is spent. Throws RunFailure SERVER_UNREACHABLE. */
export async function reachServer(
  run: Pick<Run, 'ctx' | 'ports' | 'signal' | 'workspace' | 'scope' | 'server'>,
): Promise<void> {
  const { server } = run;
  if (server.protocol !== 'MCP') return;
  try {
    await run.ports.mcp.probe(await mcpTargetOf(run.ctx, server, run), run.signal);
  } catch (error) {
    if (error instanceof DriverError && error.code !== 'CANCELLED') throw failureOf('server', error);
    throw error;
  }
}

function chooseModel(
  run: Pick<Run, 'ctx' | 'execution'>,
  server: Prepared['server'],
  { providers: [row] }: Needs,
): Prepared['model'] {
  const { snapshot } = run.execution;
  if (server.protocol === 'SIMULATION') {
    return { endpoint: { kind: 'SIMULATED', baseUrl: null, apiKey: null }, name: 'simulated', prices: null };
  }
  if (!snapshot.modelProviderId) {
    throw new RunFailure(
      'AGENT_UNAVAILABLE',
      'The agent has no model provider. Choose one in the settings of the agent.',
    );
  }
  if (!row)
    throw new RunFailure(
      'AGENT_UNAVAILABLE',
      'The model provider of this agent is gone. Choose another one.',
    );
  try {
    const provider = providerForRun(run.ctx, row);
    return {
      endpoint: provider.endpoint,
      name: snapshot.model ?? provider.defaultModel,
      prices: provider.prices,
    };
  } catch (error) {
    if (error instanceof VaultError)
      throw new RunFailure('AGENT_UNAVAILABLE', error.message, { cause: error });
    throw error;
  }
}

/** The secrets that this run works with; they must not turn up in its log. */
export function secretsOf(ctx: Run['ctx'], prepared: Prepared): string[] {
  // A server has many tools; its credentials are opened once.
  const servers = new Map(
    [prepared.server, ...[...prepared.tools.values()].map((tool) => tool.server)].map((server) => [
      server.id,
      server,
    ]),
  );
  const ofServers = [...servers.values()].flatMap((server) => secretsIn(openCredentials(ctx, server)));
  const { apiKey } = prepared.model.endpoint;
  return apiKey === null ? ofServers : [apiKey, ...ofServers];
}
