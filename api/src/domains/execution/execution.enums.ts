import { builder } from '../../graphql/builder.ts';

/** The enums of executions, with what each value means to a person. */
export const ExecutionStatusRef = builder.enumType('ExecutionStatus', {
  description: 'Where a run stands. COMPLETED, FAILED, CANCELLED and SKIPPED never change again.',
  values: {
    QUEUED: { description: 'Accepted; waits for a worker or for a free place of its agent or plan.' },
    RUNNING: { description: 'A worker drives it.' },
    WAITING_APPROVAL: { description: 'A tool call waits for a person; no worker is held.' },
    WAITING_INPUT: { description: 'Waits for the answer of a person; no worker is held.' },
    WAITING_CHILDREN: { description: 'Waits for the runs that it has delegated; no worker is held.' },
    WAITING_RETRY: { description: 'Goes on by itself after a while; no worker is held.' },
    COMPLETED: { description: 'The agent came to its end.' },
    FAILED: { description: 'It could not go on; `failureReason` and `failureMessage` say why.' },
    CANCELLED: { description: 'A person stopped it.' },
    SKIPPED: { description: 'A firing of a schedule that did not run; `skipReason` says why.' },
  } as const,
});

export const ExecutionKindRef = builder.enumType('ExecutionKind', {
  description: 'What caused a run.',
  values: {
    TASK: { description: 'A saved task.' },
    PROMPT: { description: 'A prompt that was given to an agent directly.' },
    MESSAGE: { description: 'A message of a conversation.' },
    DELEGATION: { description: 'Another run, which delegated it.' },
    TOOL_OPERATION: { description: 'The installation or removal of a tool.' },
  } as const,
});

export const FailureReasonRef = builder.enumType('FailureReason', {
  description: 'Why a run failed. The message beside it says what to do.',
  values: {
    TIMEOUT: { description: 'The time limit of the agent, the model or a tool ran out.' },
    BUDGET_EXCEEDED: {
      description: 'A limit on steps, tokens or money was reached; the work so far is kept.',
    },
    MODEL_ERROR: { description: 'The model provider answered with an error, or broke off.' },
    TOOL_ERROR: { description: 'A tool failed in a way that the agent could not handle.' },
    SERVER_UNREACHABLE: { description: "The agent's server could not be reached." },
    AGENT_UNAVAILABLE: {
      description: 'The agent, its server or its model provider is missing, inactive or not usable.',
    },
    PERMISSION_DENIED: { description: 'Whoever started the run may not do so any more.' },
    OUTCOME_UNKNOWN: { description: 'A tool call left, and whether it took effect cannot be known.' },
    WORKER_LOST: { description: 'Workers were lost again and again while they drove it.' },
    CHILD_FAILED: { description: 'A delegated run failed.' },
    CONTEXT_OVERFLOW: { description: 'The conversation no longer fits what the model can read.' },
    MODEL_REFUSED: { description: 'The model declined to answer.' },
    INTERNAL: { description: 'A fault of the studio; its log knows more.' },
  } as const,
});

export const SkipReasonRef = builder.enumType('SkipReason', {
  description: 'Why a firing of a schedule did not run.',
  values: {
    MISSED: { description: 'It was due outside the catch-up window.' },
    OVERLAP: { description: 'The run before was still at work.' },
    PAUSED: { description: 'The task was paused.' },
    LIMIT: { description: 'A limit of the plan was reached.' },
  } as const,
});
