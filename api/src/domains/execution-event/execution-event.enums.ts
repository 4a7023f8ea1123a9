import { builder } from '../../graphql/builder.ts';

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
