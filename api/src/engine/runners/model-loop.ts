import {
  DriverError,
  type ModelMessage,
  type ModelTool,
  type ModelToolCall,
  NO_USAGE,
} from '../../drivers/driver.ts';
import {
  findUnfinishedReply,
  type ModelRecord,
  modelStep,
  readJournal,
  recordModelStep,
  type Step,
} from '../../domains/execution/execution.journal.ts';
import type { Suspension } from '../../domains/execution/execution.status.ts';
import { untilAnswered } from '../../platform/database.ts';
import { failureOf, RunFailure } from '../outcome.ts';
import type { Ending, Run } from '../run.ts';
import { askTool } from '../inner-tools/ask-person.ts';
import { todosTool } from '../inner-tools/todos.ts';
import { recoverToolStep, resumeToolCall, runToolCall } from '../calls/tool-call.ts';

/**
 * The agent loop: model ↔ tools, until the model has nothing more to call. Everything it knows comes from the journal,
 * so it goes on where an earlier worker was lost. Throws RunFailure, FencedError, or the abort reason of `run.signal`.
 */
export async function runLoop(run: Run): Promise<Ending> {
  // Nobody has to be asked for the steps of a run whose model has not replied yet.
  const steps = run.totals.stepCount === 0 ? [] : await readSteps(run);
  run.nextIndex = steps.length === 0 ? 0 : steps.at(-1)!.index + 1;
  await retractUnfinishedReply(run, steps);
  const messages = await rebuildConversation(run, steps);
  if ('status' in messages) return messages;
  const tools = offeredTools(run);
  for (;;) {
    run.signal.throwIfAborted();
    const last = messages.at(-1);
    if (last?.role === 'assistant' && last.toolCalls.length === 0)
      return { status: 'COMPLETED', output: last.text };
    checkBudget(run);
    const reply = await takeReply(run, messages, tools);
    const step = await tellUsage(run, reply);
    if (reply.toolCalls.length === 0)
      return { status: 'COMPLETED', output: reply.text, lastStep: modelStep(run.ctx, step) };
    await run.writer.commit((events) => recordModelStep(run.ctx, { ...step, events }));
    run.nextIndex += 1;
    messages.push({ role: 'assistant', text: reply.text, toolCalls: reply.toolCalls });
    for (const call of reply.toolCalls) {
      const told = await runToolCall(run, call);
      if ('status' in told) return told;
      messages.push(told);
    }
  }
}

const readSteps = (run: Run): Promise<Step[]> =>
  untilAnswered(() => readJournal(run.ctx, { executionId: run.execution.id }), run.signal);

const offeredTools = (run: Run): ModelTool[] => [
  todosTool,
  askTool,
  ...[...run.tools].map(([name, { approved }]) => ({
    name,
    description: approved?.definition.description ?? '',
    inputSchema: approved?.definition.inputSchema ?? { type: 'object' },
  })),
];

/** The pieces of a reply that a lost worker left behind will be written anew: watchers are told to drop them. */
async function retractUnfinishedReply(run: Run, steps: Step[]): Promise<void> {
  if (!run.execution.isRecovery) return;
  const lastReply = steps.findLast((step) => step.kind === 'MODEL');
  const afterSeq = lastReply?.kind === 'MODEL' ? lastReply.record.endSeq : 0;
  const fromSeq = await untilAnswered(
    () => findUnfinishedReply(run.ctx, { executionId: run.execution.id, afterSeq }),
    run.signal,
  );
  if (fromSeq !== null) await run.writer.push('OUTPUT_RETRACTED', { fromSeq });
}

/** The conversation as the steps tell it, and the calls that are still to be made; or what one of these waits for. */
async function rebuildConversation(run: Run, steps: Step[]): Promise<ModelMessage[] | Suspension> {
  const messages: ModelMessage[] = [{ role: 'user', text: run.execution.prompt }];
  const finished = new Map<string, Extract<Step, { kind: 'TOOL' }>>();
  for (const step of steps) if (step.kind === 'TOOL') finished.set(step.callId, step);
  for (const step of steps) {
    if (step.kind !== 'MODEL') continue;
    const { text, toolCalls } = step.record as ModelRecord & { toolCalls: ModelToolCall[] };
    messages.push({ role: 'assistant', text, toolCalls });
    for (const call of toolCalls) {
      const toolStep = finished.get(call.callId);
      const told = toolStep ? await recoverToolStep(run, call, toolStep) : await resumeToolCall(run, call);
      if ('status' in told) return told;
      messages.push(told);
    }
  }
  return messages;
}

/** Throws RunFailure BUDGET_EXCEEDED before a model call that would pass a limit of the agent. */
function checkBudget(run: Run): void {
  const { limits } = run.execution.snapshot;
  const { totals } = run;
  const exceeded = (what: string) =>
    new RunFailure(
      'BUDGET_EXCEEDED',
      `The run reached the agent's limit of ${what}. Raise the limit, or give it a smaller task.`,
    );
  if (totals.stepCount >= limits.maxSteps) throw exceeded(`${limits.maxSteps} steps`);
  if (limits.maxTokens !== null && totals.inputTokens + totals.outputTokens >= limits.maxTokens) {
    throw exceeded(`${limits.maxTokens} tokens`);
  }
  if (limits.maxCostMicros !== null && totals.costMicros >= BigInt(limits.maxCostMicros))
    throw exceeded('money');
}

type Reply = Omit<ModelRecord, 'endSeq'> & { toolCalls: ModelToolCall[] };

/** Streams one reply into the log. */
async function takeReply(run: Run, messages: ModelMessage[], tools: ModelTool[]): Promise<Reply> {
  const index = run.nextIndex;
  const toolCalls: ModelToolCall[] = [];
  let usage = NO_USAGE;
  try {
    const stream = run.ports.model.stream(run.model.endpoint, {
      model: run.model.name,
      system: run.execution.snapshot.systemPrompt,
      messages,
      tools,
      signal: run.signal,
    });
    for await (const chunk of stream) {
      run.signal.throwIfAborted();
      if (chunk.type === 'text') {
        await run.writer.pushText('OUTPUT_APPENDED', chunk.text);
      } else if (chunk.type === 'thought') {
        await run.writer.pushText('THOUGHT_APPENDED', chunk.text);
      } else if (chunk.type === 'tool-call') {
        // Providers may use one id twice in a run; the journal may not.
        toolCalls.push({ ...chunk.call, callId: `call-${index}-${toolCalls.length + 1}` });
      } else {
        usage = chunk.usage;
      }
    }
  } catch (error) {
    run.signal.throwIfAborted();
    if (error instanceof DriverError) throw failureOf('model', error);
    throw error;
  }
  return { text: run.writer.endReply(), toolCalls, usage };
}

/** Adds what a reply has cost to the totals of the run, and tells of it. Returns the reply as the step to be written. */
async function tellUsage(run: Run, reply: Reply) {
  const { prices } = run.model;
  const { totals: before } = run;
  const { usage } = reply;
  const cost = prices ? Math.round(usage.inputTokens * prices.input + usage.outputTokens * prices.output) : 0;
  const totals = {
    stepCount: before.stepCount + 1,
    inputTokens: before.inputTokens + usage.inputTokens,
    outputTokens: before.outputTokens + usage.outputTokens,
    cacheReadTokens: before.cacheReadTokens + usage.cacheReadTokens,
    cacheWriteTokens: before.cacheWriteTokens + usage.cacheWriteTokens,
    reasoningTokens: before.reasoningTokens + usage.reasoningTokens,
    costMicros: before.costMicros + BigInt(cost),
  };
  const { costMicros, ...counts } = totals;
  await run.writer.push('USAGE_UPDATED', { ...counts, costMicros: prices ? costMicros.toString() : null });
  const { id: executionId, organizationId, fence } = run.execution;
  run.totals = totals;
  const shown = run.writer.redact(reply);
  return { executionId, organizationId, fence, index: run.nextIndex, record: reply, shown, totals };
}
