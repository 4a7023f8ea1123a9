import type { McpToolDefinition } from '../drivers/driver.ts';
import type { SqlClient, Transaction } from '../platform/database.ts';
import type { UnitOfWork } from './change.ts';

/**
 * What a noun needs of those whose rows point at its own. Nouns stand in one order, and each imports only those before it;
 * what goes the other way is said here, done by the later noun, and put together in machine.ts.
 */
export interface Dependents {
  /** How many agents use something, and how many that are archived did. */
  countAgents(tx: Pick<Transaction, 'agent'>, of: UsedByAgents): Promise<{ live: number; archived: number }>;
  /** Takes a model provider that goes from the agents that are archived. */
  forgetModelProvider(
    tx: Transaction,
    of: { organizationId: string; modelProviderId: string },
  ): Promise<void>;
  /** How many runs there are of something, and how many of them have not ended. */
  countRuns(
    tx: Pick<Transaction, 'taskExecution'>,
    of: UsedByRuns,
  ): Promise<{ total: number; unfinished: number }>;
  /** Leaves the tasks of an agent that goes without one. */
  releaseTasks(unit: UnitOfWork, of: { organizationId: string; agentId: string }): Promise<void>;
  /** What waits for a person in a run that has ended waits no more. */
  withdrawQuestions(client: SqlClient, of: { executionId: string }): Promise<void>;
  /** Brings the catalogue of tools in line with what a server offers now. */
  recordDiscoveredTools(tx: Transaction, discovery: Discovery, now: Date): Promise<void>;
}

export type UsedByAgents = { organizationId: string } & ({ serverId: string } | { modelProviderId: string });
export type UsedByRuns = { organizationId: string } & (
  { agentId: string } | { serverId: string } | { taskId: string }
);

export interface Discovery {
  organizationId: string;
  serverId: string;
  tools: McpToolDefinition[];
}
