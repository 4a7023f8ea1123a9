import {
  DriverError,
  type JsonObject,
  type McpToolResult,
  type ModelMessage,
  type ModelToolCall,
  type ToolContent,
} from '../../drivers/driver.ts';
import {
  finishToolStep,
  recordInnerCall,
  startToolStep,
  type Step,
  type ToolRecord,
} from '../../domains/execution/execution.journal.ts';
import type { EventPayloads } from '../../domains/run-events.ts';
import { mcpTargetOf } from '../../domains/server/mcp-target.ts';
import type { AgentTool } from '../../domains/tool/agent-tools.ts';
import { consumeApproval } from '../../domains/approval/approval.request.ts';
import type { Suspension } from '../../domains/execution/execution.status.ts';
import { askForApproval, decideAnswered, findAnswer } from './asked-call.ts';
import { decide } from './call-facts.ts';
import type { Decision } from '../../domains/tool/tool-gate.ts';
import { failureOf, RunFailure } from '../outcome.ts';
import type { Run } from '../run.ts';
import { ASK_TOOL, askPerson } from '../inner-tools/ask-person.ts';
import { parseTodos, TODOS_TOOL } from '../inner-tools/todos.ts';

type ToolMessage = Extract<ModelMessage, { role: 'tool' }>;
type Result = NonNullable<ToolRecord['result']>;

/**
 * One call of the model: through the gate, out to the tool, and back into the journal; or it waits for a person. Throws
 * RunFailure.
 */
export async function runToolCall(run: Run, call: ModelToolCall): Promise<ToolMessage | Suspension> {
  run.signal.throwIfAborted();
  if (call.name === TODOS_TOOL) return runTodos(run, call);
  if (call.name === ASK_TOOL) return runQuestion(run, call);
  const tool = run.tools.get(call.name);
  const decision = await decide(run, call, tool);
  if (tool && decision.effect === 'ASK') return askForApproval(run, call, { tool, rule: decision.rule });
  return goOn(run, call, tool, recordOf(call, tool, decision));
}

/** A call that the run may have waited for: it was made, and not begun. */
export async function resumeToolCall(run: Run, call: ModelToolCall): Promise<ToolMessage | Suspension> {
  if (call.name === ASK_TOOL) return runQuestion(run, call);
  const approval = await findAnswer(run, call);
  if (!approval) return runToolCall(run, call);
  const tool = run.tools.get(call.name);
  const answered = decideAnswered(await decide(run, call, tool), approval, { call, tool });
  if ('status' in answered) return answered;
  const record = { ...recordOf(call, tool, answered.decision), ...answered };
  return goOn(run, call, tool, record, (client) => consumeApproval(client, approval.id));
}

async function goOn(
  run: Run,
  call: ModelToolCall,
  tool: AgentTool | undefined,
  record: ToolRecord,
  along?: Along,
): Promise<ToolMessage> {
  if (!tool || record.decision.effect !== 'ALLOW') return refuse(run, call, record, along);
  await start(run, call, record, along);
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
  if (tool?.isRepeatable && (await decide(run, call, tool)).effect === 'ALLOW')
    return carryOut(run, call, tool, step.record);
  return settleUnknown(run, call, step.record, 'The worker was lost while this call was under way', null);
}

const recordOf = (call: ModelToolCall, tool: AgentTool | undefined, decision: Decision): ToolRecord => ({
  name: call.name,
  toolId: tool?.toolId ?? null,
  toolName: tool?.approved?.definition.name ?? call.name,
  serverName: tool?.server.name ?? null,
  arguments: call.arguments,
  decision,
  note: null,
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

/** What is written in one transaction with the step. */
type Along = Parameters<typeof startToolStep>[1]['along'];

async function start(run: Run, call: ModelToolCall, record: ToolRecord, along: Along): Promise<void> {
  await run.writer.push('TOOL_CALL_UPDATED', updateOf(call, record, 'RUNNING'));
  await run.writer.commit((events) =>
    startToolStep(run.ctx, { ...stepOf(run, call, record), events, along }),
  );
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
async function refuse(run: Run, call: ModelToolCall, record: ToolRecord, along: Along): Promise<ToolMessage> {
  const text = `The call was denied: ${record.decision.rule}`;
  const refused = { ...record, result: { isError: true, text } };
  await run.writer.push('TOOL_CALL_UPDATED', updateOf(call, refused, 'DENIED'));
  await run.writer.commit((events) =>
    recordInnerCall(run.ctx, { ...stepOf(run, call, refused), events, along }),
  );
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
      arguments: record.arguments as JsonObject,
      idempotencyKey: `${run.execution.id}:${call.callId}`,
      signal: run.signal,
    });
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof DriverError)) throw error;
    return settleFailure(run, call, tool, record, error, startedAt);
  }
  if (hasWorkspace) await tellChanges(run, call);
  const text = answer.isTruncated
    ? `${run.writer.withoutBegunSecret(answer.text)}\n[cut: the result was too large]`
    : answer.text;
  const result = {
    isError: answer.isError,
    text: record.note === null ? text : `${text}\n[${record.note}]`,
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
  return recordInner(run, call, result);
}

async function runQuestion(run: Run, call: ModelToolCall): Promise<ToolMessage | Suspension> {
  const asked = await askPerson(run, call);
  return 'status' in asked ? asked : recordInner(run, call, asked.result);
}

async function recordInner(run: Run, call: ModelToolCall, result: Result): Promise<ToolMessage> {
  const record = { ...recordOf(call, undefined, INNER_TOOL), result };
  await run.writer.commit((events) => recordInnerCall(run.ctx, { ...stepOf(run, call, record), events }));
  run.nextIndex += 1;
  return messageOf(call, result);
}
