import { builder } from '../../graphql/builder.ts';

export const TaskModeRef = builder.enumType('TaskMode', {
  description: 'When a task runs.',
  values: {
    IMMEDIATE: { description: 'Whenever somebody runs it.' },
    SCHEDULED: { description: 'Once, at an instant.' },
    RECURRING: { description: 'Again and again, by cron.' },
  } as const,
});

export const TaskStatusRef = builder.enumType('TaskStatus', {
  description: 'Where a task stands.',
  values: {
    DRAFT: { description: 'Being written; cannot run.' },
    PAUSED: { description: 'Does not fire until it is resumed.' },
    PENDING: { description: 'Ready to be run.' },
    SCHEDULED: { description: 'Waits for its time.' },
    QUEUED: { description: 'Its last run waits for a worker.' },
    RUNNING: { description: 'Its last run is at work.' },
    COMPLETED: { description: 'Its last run came to its end.' },
    FAILED: { description: 'Its last run failed.' },
    CANCELLED: { description: 'Its last run was stopped.' },
  } as const,
});

export const TaskPriorityRef = builder.enumType('TaskPriority', {
  description: 'Which of the waiting runs a worker takes first.',
  values: {
    LOW: { description: 'After all others.' },
    MEDIUM: { description: 'The usual.' },
    HIGH: { description: 'Before the usual.' },
    URGENT: { description: 'Before all others.' },
  } as const,
});

export const UnknownOutcomePolicyRef = builder.enumType('UnknownOutcomePolicy', {
  description: 'What happens when a tool call has left and nobody can know whether it took effect.',
  values: {
    FAIL: { description: 'The run fails with OUTCOME_UNKNOWN.' },
    ASK: { description: 'A person decides.' },
    TELL_MODEL: { description: 'The model is told, and goes on.' },
  } as const,
});

export const UnansweredPolicyRef = builder.enumType('UnansweredPolicy', {
  description: 'What becomes of a question to a person that nobody answers.',
  values: {
    WAIT: { description: 'The run waits for as long as it takes.' },
    DENY: { description: 'When the time is over the call is refused, and the run goes on without it.' },
    ESCALATE: {
      description:
        'When the time is over it is put before MANAGER and above, for the same time again; then DENY.',
    },
  } as const,
});

export const TaskVariableTypeRef = builder.enumType('TaskVariableType', {
  description: 'The type of a variable of a prompt.',
  values: {
    TEXT: { description: 'Any text.' },
    NUMBER: { description: 'A number.' },
    BOOLEAN: { description: 'True or false.' },
  } as const,
});
