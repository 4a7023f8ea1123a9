import { globalId } from '../../graphql/ids.ts';
import { InputOutcomeRef, UserMessageModeRef, UserMessageStateRef } from './execution-event.enums.ts';
import { eventRef, eventType } from './execution-event-type.schema.ts';

/** What a person is asked, and says. */
export const personEvents = {
  APPROVAL_REQUESTED: eventRef('APPROVAL_REQUESTED').implement({
    ...eventType('APPROVAL_REQUESTED', 'A tool call waits for a person.'),
    fields: (t) => ({
      approvalId: t.id({
        description: 'The approval to resolve.',
        resolve: ({ payload }) => globalId('Approval', payload.approvalId),
      }),
      callId: t.string({ description: 'The call that waits.', resolve: ({ payload }) => payload.callId }),
      toolName: t.string({
        description: 'The tool that would be called.',
        resolve: ({ payload }) => payload.toolName,
      }),
      arguments: t.field({
        type: 'JSON',
        description: 'What the model wants to pass. For VIEWER and above.',
        resolve: ({ payload }) => payload.arguments,
      }),
    }),
  }),
  APPROVAL_RESOLVED: eventRef('APPROVAL_RESOLVED').implement({
    ...eventType('APPROVAL_RESOLVED', 'A person has decided, or the time to decide is over.'),
    fields: (t) => ({
      approvalId: t.id({
        description: 'Global id of the approval that was decided.',
        resolve: ({ payload }) => globalId('Approval', payload.approvalId),
      }),
      isApproved: t.boolean({
        description: 'Whether the call may go ahead.',
        resolve: ({ payload }) => payload.isApproved,
      }),
      reason: t.string({
        nullable: true,
        description: 'What the person said; null when nothing.',
        resolve: ({ payload }) => payload.reason,
      }),
    }),
  }),
  INPUT_REQUESTED: eventRef('INPUT_REQUESTED').implement({
    ...eventType('INPUT_REQUESTED', 'The agent, or a tool, has a question to a person.'),
    fields: (t) => ({
      inputRequestId: t.id({
        description: 'The question to answer.',
        resolve: ({ payload }) => globalId('InputRequest', payload.inputRequestId),
      }),
      callId: t.string({ description: 'The call that waits.', resolve: ({ payload }) => payload.callId }),
      serverName: t.string({
        nullable: true,
        description: 'The server that asks; null when the agent does.',
        resolve: ({ payload }) => payload.serverName,
      }),
      question: t.string({
        description: 'What is asked, in words.',
        resolve: ({ payload }) => payload.question,
      }),
      schema: t.field({
        type: 'JSON',
        description: 'JSON Schema of the answer: an object whose properties are plain values.',
        resolve: ({ payload }) => payload.schema,
      }),
    }),
  }),
  INPUT_RESOLVED: eventRef('INPUT_RESOLVED').implement({
    ...eventType('INPUT_RESOLVED', 'A question has been answered, or will not be.'),
    fields: (t) => ({
      inputRequestId: t.id({
        description: 'Global id of the question.',
        resolve: ({ payload }) => globalId('InputRequest', payload.inputRequestId),
      }),
      outcome: t.field({
        type: InputOutcomeRef,
        description: 'How it came to its end.',
        resolve: ({ payload }) => payload.outcome,
      }),
      answer: t.field({
        type: 'JSON',
        description: 'As the schema of the question has it; null unless ANSWERED. For VIEWER and above.',
        resolve: ({ payload }) => payload.answer,
      }),
    }),
  }),
  USER_MESSAGE_APPENDED: eventRef('USER_MESSAGE_APPENDED').implement({
    ...eventType(
      'USER_MESSAGE_APPENDED',
      'A person has spoken to the run. Later events with the same `messageId` replace earlier ones.',
    ),
    fields: (t) => ({
      messageId: t.id({
        description: 'Global id of the message.',
        resolve: ({ payload }) => globalId('UserMessage', payload.messageId),
      }),
      text: t.string({ description: 'What the person said.', resolve: ({ payload }) => payload.text }),
      mode: t.field({
        type: UserMessageModeRef,
        description: 'When it is applied.',
        resolve: ({ payload }) => payload.mode,
      }),
      messageState: t.field({
        type: UserMessageStateRef,
        description: 'Whether the model has been told.',
        resolve: ({ payload }) => payload.state,
      }),
    }),
  }),
};
