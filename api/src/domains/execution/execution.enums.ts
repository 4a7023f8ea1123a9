import { builder } from '../../graphql/builder.ts';

/** The enums of executions, with what each value means to a person. */
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

export const SkipReasonRef = builder.enumType('SkipReason', {
  description: 'Why a firing of a schedule did not run.',
  values: {
    MISSED: { description: 'It was due outside the catch-up window.' },
    OVERLAP: { description: 'The run before was still at work.' },
    PAUSED: { description: 'The task was paused.' },
    LIMIT: { description: 'A limit of the plan was reached.' },
  } as const,
});
