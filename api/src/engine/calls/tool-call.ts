import {
  DriverError,
  type McpToolResult,
  type ModelMessage,
  type ModelToolCall,
  type ToolContent,
} from '../../drivers/driver.ts';
import {
  countToolCalls,
  finishToolStep,
  recordInnerCall,
  startToolStep,
  type Step,
  type ToolRecord,
} from '../../domains/execution/execution.journal.ts';
import type { EventPayloads } from '../../domains/run-events.ts';
import { mcpTargetOf } from '../../domains/server/mcp-target.ts';
import { type AgentTool, findAgentTool } from '../../domains/tool/agent-tools.ts';
import { untilAnswered } from '../../platform/database.ts';
import { type Decision, decideCall } from './gate.ts';
import { failureOf, RunFailure } from '../outcome.ts';
import type { Run } from '../run.ts';
import { parseTodos, TODOS_TOOL } from '../inner-tools/todos.ts';

type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;
type Result = NonNullable<ToolRecord['result']>;

const HOUR_MS = 3_600_000;

/** One call of the model: through the gate, out to the tool, and back into the journal. Throws RunFailure. */
export async function runToolCall(run: Run, call: ModelToolCall): Promise<ToolMessage> {
  run.signal.throwIfAborted();
  if (call.name === TODOS_TOOL) return runTodos(run, call);
  const tool = run.tools.get(call.name);
  const decision = await decide(run, tool);
  const record = recordOf(call, tool, decision);
  if (!tool || decision.effect !== 'ALLOW') return refuse(run, call, record);
  await start(run, call, record);
  return carryOut(run, call, tool, record);
}

/** A call that an earlier worker began: its stored result, or what the rules for an unknown outcome say. */
export async function recoverToolStep(
  run: Run,
  call: ModelToolCall,
  step: Extract<Step, { kind: 'TOOL' }>,
): Promise<ToolMessage> {
  if (step.isFinished && step.record.result) return messageOf(call, step.record.result);
  const tool = run.tools.get(call.name);
  if (tool?.isRepeatable && (await decide(run, tool)).effect === 'ALLOW')
    return carryOut(run, call, tool, step.record);
  return settleUnknown(run, call, step.record, 'The worker was lost while this call was under way', null);
}

const decide = (run: Run, tool: AgentTool | undefined): Promise<Decision> =>
  untilAnswered(() => decideNow(run, tool), run.signal);

async function decideNow(run: Run, tool: AgentTool | undefined): Promise<Decision> {
  const now = run.ctx.clock.now();
  const { organizationId, agentId } = run.execution;
  if (!tool) {
    return decideCall({ isAgentActive: true, permission: null, tool: null, callsInLastHour: 0, now });
  }
  // Looked up again: a permission may have been taken away since the run began.
  const today = await findAgentTool(run.ctx, {
    organizationId,
    agentId,
    userId: run.execution.startedById,
    toolId: tool.toolId,
    serverId: tool.server.id,
  });
  const callsInLastHour = today.tool?.permission.callsPerHour
    ? await countToolCalls(run.ctx, {
        organizationId,
        agentId,
        toolId: tool.toolId,
        since: new Date(now.getTime() - HOUR_MS),
      })
    : 0;
  return decideCall({
    isAgentActive: today.isAgentActive,
    permission: today.tool?.permission ?? null,
    tool: today.tool && { approvedHash: today.tool.approved?.hash ?? null, offeredHash: today.tool.seenHash },
    callsInLastHour,
    now,
  });
}

const recordOf = (call: ModelToolCall, tool: AgentTool | undefined, decision: Decision): ToolRecord => ({
  name: call.name,
  toolId: tool?.toolId ?? null,
  toolName: tool?.approved?.definition.name ?? call.name,
  serverName: tool?.server.name ?? null,
  arguments: call.arguments,
  decision,
  result: null,
});

function updateOf(
  call: ModelToolCall,
  record: ToolRecord,
  status: EventPayloads['TOOL_CALL_UPDATED']['status'],
): EventPayloads['TOOL_CALL_UPDATED'] {
  const { toolName, serverName, decision, result } = record;
  return {
    callId: call.callId,
    toolName,
    serverName,
    status,
    arguments: record.arguments,
    decision,
    ...(result ? { result: result.text } : {}),
  };
}

const messageOf = (call: ModelToolCall, result: Result): ToolMessage => ({
  role: 'tool',
  callId: call.callId,
  name: call.name,
  isError: result.isError,
  text: result.text,
});

const stepOf = (run: Run, call: ModelToolCall, record: ToolRecord) => {
  const { id: executionId, organizationId, fence } = run.execution;
  return {
    executionId,
    organizationId,
    fence,
    index: run.nextIndex,
    callId: call.callId,
    record,
    shown: run.writer.redact(record),
  };
};

async function start(run: Run, call: ModelToolCall, record: ToolRecord): Promise<void> {
  await run.writer.push('TOOL_CALL_UPDATED', updateOf(call, record, 'RUNNING'));
  await run.writer.commit((events) => startToolStep(run.ctx, { ...stepOf(run, call, record), events }));
  run.nextIndex += 1;
}

async function finish(
  run: Run,
  call: ModelToolCall,
  record: ToolRecord & { result: Result },
  status: EventPayloads['TOOL_CALL_UPDATED']['status'],
  /** Null: nobody knows how long it took. */
  startedAt: number | null,
  content?: ToolContent[],
): Promise<ToolMessage> {
  const durationMs = startedAt === null ? null : Math.max(0, run.ctx.clock.now().getTime() - startedAt);
  await run.writer.push('TOOL_CALL_UPDATED', {
    ...updateOf(call, record, status),
    ...(content ? { content } : {}),
    ...(durationMs === null ? {} : { durationMs }),
  });
  await run.writer.commit((events) => finishToolStep(run.ctx, { ...stepOf(run, call, record), events }));
  return messageOf(call, record.result);
}

/** The tool never sees the call; the model is told, and may find another way. */
async function refuse(run: Run, call: ModelToolCall, record: ToolRecord): Promise<ToolMessage> {
  const how =
    record.decision.effect === 'ASK'
      ? 'needs the approval of a person, which this studio cannot ask for yet'
      : 'was denied';
  const refused = { ...record, result: { isError: true, text: `The call ${how}: ${record.decision.rule}` } };
  await run.writer.push('TOOL_CALL_UPDATED', updateOf(call, refused, 'DENIED'));
  await run.writer.commit((events) => recordInnerCall(run.ctx, { ...stepOf(run, call, refused), events }));
  run.nextIndex += 1;
  return messageOf(call, refused.result);
}

async function carryOut(
  run: Run,
  call: ModelToolCall,
  tool: AgentTool,
  record: ToolRecord,
): Promise<ToolMessage> {
  const startedAt = run.ctx.clock.now().getTime();
  const target = await mcpTargetOf(run.ctx, tool.server, run);
  const hasWorkspace = target.transport.type === 'stdio';
  if (hasWorkspace) await run.changes.remember();
  let answer: McpToolResult;
  try {
    answer = await run.ports.mcp.callTool(target, {
      name: record.toolName,
      arguments: call.arguments,
      idempotencyKey: `${run.execution.id}:${call.callId}`,
      signal: run.signal,
    });
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof DriverError)) throw error;
    return settleFailure(run, call, tool, record, error, startedAt);
  }
  if (hasWorkspace) await tellChanges(run, call);
  const result = {
    isError: answer.isError,
    text: answer.isTruncated
      ? `${run.writer.withoutBegunSecret(answer.text)}\n[cut: the result was too large]`
      : answer.text,
  };
  const status = result.isError ? 'FAILED' : 'SUCCEEDED';
  return finish(run, call, { ...record, result }, status, startedAt, answer.content);
}

async function tellChanges(run: Run, call: ModelToolCall): Promise<void> {
  for (const change of await run.changes.findChanges())
    await run.writer.push('FILE_CHANGED', { ...change, callId: call.callId });
}

async function settleFailure(
  run: Run,
  call: ModelToolCall,
  tool: AgentTool,
  record: ToolRecord,
  error: DriverError,
  startedAt: number,
): Promise<ToolMessage> {
  const isUnknown = error.code === 'LOST' || error.code === 'TIMEOUT';
  if (isUnknown && !tool.isRepeatable) return settleUnknown(run, call, record, error.message, startedAt);
  const told = await finish(
    run,
    call,
    { ...record, result: { isError: true, text: error.message } },
    'FAILED',
    startedAt,
  );
  // Without its own server an agent cannot go on; any other failure is the model's to handle.
  if (error.code === 'UNREACHABLE' && tool.server.id === run.server.id) throw failureOf('server', error);
  return told;
}

/** Nobody can know whether the call took effect: the task's `onUnknownOutcome` decides. Throws OUTCOME_UNKNOWN. */
async function settleUnknown(
  run: Run,
  call: ModelToolCall,
  record: ToolRecord,
  cause: string,
  startedAt: number | null,
): Promise<ToolMessage> {
  const text = `${cause}. Whether ${record.toolName} took effect is not known.`;
  const told = await finish(run, call, { ...record, result: { isError: true, text } }, 'UNKNOWN', startedAt);
  if (run.execution.snapshot.onUnknownOutcome === 'TELL_MODEL') return told;
  throw new RunFailure('OUTCOME_UNKNOWN', `${text} Look at what the tool did, then retry the run or not.`);
}

const INNER_TOOL: Decision = { effect: 'ALLOW', rule: 'The tool is part of the studio.' };

/** The plan is shown to watchers. A step like any other call: whoever takes the run over shows no plan again. */
async function runTodos(run: Run, call: ModelToolCall): Promise<ToolMessage> {
  const parsed = parseTodos(call.arguments);
  const isError = 'fault' in parsed;
  const result = { isError, text: isError ? parsed.fault : 'Your plan is shown.' };
  if (!isError) await run.writer.push('TODOS_UPDATED', { todos: parsed.todos });
  const record = { ...recordOf(call, undefined, INNER_TOOL), result };
  await run.writer.commit((events) => recordInnerCall(run.ctx, { ...stepOf(run, call, record), events }));
  run.nextIndex += 1;
  return messageOf(call, result);
}
