import { DriverError } from '../drivers/driver.ts';
import { findProviderForRun } from '../domains/model/model-endpoint.ts';
import { openCredentials, secretsIn } from '../domains/server/server.credentials.ts';
import { getServerForRun, mcpTargetOf } from '../domains/server/mcp-target.ts';
import { type AgentTool, listVisibleTools } from '../domains/tool/agent-tools.ts';
import { modelNameOf } from '../domains/tool/model-name.ts';
import { VaultError } from '../platform/crypto.ts';
import { failureOf, RunFailure } from './outcome.ts';
import type { Run } from './run.ts';

type Prepared = Pick<Run, 'server' | 'model' | 'tools'>;

/** Looks up what the run needs, and contacts nobody. Throws RunFailure AGENT_UNAVAILABLE. */
export async function prepareRun(run: Pick<Run, 'ctx' | 'execution'>): Promise<Prepared> {
  const { ctx, execution } = run;
  const { organizationId, agentId, startedById: userId, snapshot } = execution;
  const server = await getServerForRun(ctx, { organizationId, id: snapshot.serverId, userId });
  if (!server)
    throw new RunFailure(
      'AGENT_UNAVAILABLE',
      'The server of this agent is gone. Give the agent another one.',
    );
  const model = await chooseModel(run, server);
  const tools = new Map<string, AgentTool>();
  for (const tool of await listVisibleTools(ctx, { organizationId, agentId, userId })) {
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

async function chooseModel(
  run: Pick<Run, 'ctx' | 'execution'>,
  server: Prepared['server'],
): Promise<Prepared['model']> {
  const { organizationId, snapshot } = run.execution;
  if (server.protocol === 'SIMULATION') {
    return { endpoint: { kind: 'SIMULATED', baseUrl: null, apiKey: null }, name: 'simulated', prices: null };
  }
  if (!snapshot.modelProviderId) {
    throw new RunFailure(
      'AGENT_UNAVAILABLE',
      'The agent has no model provider. Choose one in the settings of the agent.',
    );
  }
  try {
    const provider = await findProviderForRun(run.ctx, { organizationId, id: snapshot.modelProviderId });
    if (!provider)
      throw new RunFailure(
        'AGENT_UNAVAILABLE',
        'The model provider of this agent is gone. Choose another one.',
      );
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
