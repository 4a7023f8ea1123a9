import type { McpPort, ModelEndpoint, ModelPort } from '../drivers/driver.ts';
import type { ClaimedExecution } from '../domains/execution/execution.claim.ts';
import type { StepColumns, Totals } from '../domains/execution/execution.journal.ts';
import type { ServiceContext } from '../domains/context.ts';
import type { ReachableServer } from '../domains/server/mcp-target.ts';
import type { AgentTool } from '../domains/tool/agent-tools.ts';
import type { Outcome, Suspension } from '../domains/execution/execution.status.ts';
import type { EventWriter } from './event-writer.ts';
import type { WorkspaceChanges } from './workspace-changes.ts';

/** The outside world, as a worker hands it to the engine. */
export interface Ports {
  model: ModelPort;
  mcp: McpPort;
}

/** A run under way: what it was accepted with, what it may use, and where it stands. */
export interface Run {
  ctx: ServiceContext;
  ports: Ports;
  execution: ClaimedExecution;
  /** Aborts when the run must stop at once: fenced, cancelled, out of time, or the worker shuts down. */
  signal: AbortSignal;
  writer: EventWriter;
  server: ReachableServer;
  model: { endpoint: ModelEndpoint; name: string; prices: { input: number; output: number } | null };
  /** By the name that the model knows. */
  tools: Map<string, AgentTool>;
  workspace: string;
  /** Whose connections to servers these are: of this run, as long as this worker drives it. */
  scope: string;
  changes: WorkspaceChanges;
  totals: Totals;
  /** Index of the next step in the journal. */
  nextIndex: number;
}

/** How a runner leaves a run. The last reply of one that has ended is written together with its end. */
export type Ending = (Outcome & { lastStep?: StepColumns }) | Suspension;

/** What drives a prepared run until it ends or has to wait. It knows no more than the journal: it may be called again. */
export type Runner = (run: Run) => Promise<Ending>;
