import { builder } from '../../graphql/builder.ts';

/** The enums of what a run tells, with what each value means to a person. */
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

export const ToolCallStatusRef = builder.enumType('ToolCallStatus', {
  description: 'Where a tool call stands.',
  values: {
    RUNNING: { description: 'It has left for the tool.' },
    SUCCEEDED: { description: 'The tool answered.' },
    FAILED: { description: 'The tool answered with an error, or did not answer.' },
    DENIED: { description: 'The permission gate refused it; the tool never saw it.' },
    UNKNOWN: { description: 'It left, and whether it took effect is not known.' },
  } as const,
});

export const FileChangeKindRef = builder.enumType('FileChangeKind', {
  description: 'What happened to a file.',
  values: {
    CREATED: { description: 'It is new.' },
    MODIFIED: { description: 'Its content changed.' },
    DELETED: { description: 'It is gone.' },
  } as const,
});

export const TodoStatusRef = builder.enumType('TodoStatus', {
  description: 'Where a todo of an agent stands.',
  values: {
    PENDING: { description: 'It is not begun.' },
    IN_PROGRESS: { description: 'The agent is at it.' },
    COMPLETED: { description: 'It is done.' },
  } as const,
});

export const LogLevelRef = builder.enumType('LogLevel', {
  description: 'How much a log entry matters.',
  values: {
    DEBUG: { description: 'It is of use to developers only.' },
    INFO: { description: 'Good to know.' },
    WARN: { description: 'Something to look at.' },
    ERROR: { description: 'Something went wrong.' },
  } as const,
});

export const UserMessageModeRef = builder.enumType('UserMessageMode', {
  description: 'When a message to a run is applied.',
  values: {
    STEER: { description: 'Before the next step.' },
    FOLLOW_UP: { description: 'When the agent would have come to its end.' },
    INTERRUPT: { description: 'At once: the step under way is stopped.' },
  } as const,
});

export const UserMessageStateRef = builder.enumType('UserMessageState', {
  description: 'Whether a message has reached the model.',
  values: {
    QUEUED: { description: 'It is kept, and can still be changed.' },
    APPLIED: { description: 'It is part of the conversation now.' },
  } as const,
});

export const InputOutcomeRef = builder.enumType('InputOutcome', {
  description: 'How a question to a person came to its end.',
  values: {
    ANSWERED: { description: 'A person has answered it.' },
    DECLINED: { description: 'A person, or the policy of the task, refused to answer.' },
    EXPIRED: { description: 'Nobody answered in time.' },
    CANCELLED: { description: 'The run ended, or whoever asked gave up.' },
  } as const,
});
