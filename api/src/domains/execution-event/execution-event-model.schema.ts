import { MoneyRef } from '../../graphql/money.ts';
import type { StoredEvent } from '../run-events.ts';
import { eventRef, eventType } from './execution-event-type.schema.ts';

type TextEvent = StoredEvent<'OUTPUT_APPENDED' | 'THOUGHT_APPENDED'>;

const TEXT = {
  description: 'The piece of text, to be joined to the ones before.',
  resolve: ({ payload }: TextEvent) => payload.text,
};
const KEPT_LENGTH = {
  nullable: true,
  description:
    'Set where a reply that is too long was cut: so many of its characters are kept, this piece is the last, and the rest was dropped. Null for every other piece.',
  resolve: ({ payload }: TextEvent) => payload.truncatedAt,
} as const;

/** What comes from the model, and what becomes of it. */
export const modelEvents = {
  OUTPUT_APPENDED: eventRef('OUTPUT_APPENDED').implement({
    ...eventType('OUTPUT_APPENDED', 'A piece of the answer. Join the pieces in order of `seq`.'),
    fields: (t) => ({ text: t.string(TEXT), keptLength: t.int(KEPT_LENGTH) }),
  }),
  OUTPUT_RETRACTED: eventRef('OUTPUT_RETRACTED').implement({
    ...eventType(
      'OUTPUT_RETRACTED',
      'A worker was lost in the middle of a reply, which is now written anew.',
    ),
    fields: (t) => ({
      fromSeq: t.int({
        description: 'Drop every OutputAppended and ThoughtAppended from this number up to this event.',
        resolve: ({ payload }) => payload.fromSeq,
      }),
    }),
  }),
  THOUGHT_APPENDED: eventRef('THOUGHT_APPENDED').implement({
    ...eventType('THOUGHT_APPENDED', 'A piece of what the model thinks before it answers.'),
    fields: (t) => ({ text: t.string(TEXT), keptLength: t.int(KEPT_LENGTH) }),
  }),
  USAGE_UPDATED: eventRef('USAGE_UPDATED').implement({
    ...eventType('USAGE_UPDATED', 'Totals of the run so far, not the difference to the event before.'),
    fields: (t) => ({
      inputTokens: t.int({
        description: 'Tokens sent to the model. For VIEWER and above.',
        resolve: ({ payload }) => payload.inputTokens,
      }),
      outputTokens: t.int({
        description: 'Tokens received from the model. For VIEWER and above.',
        resolve: ({ payload }) => payload.outputTokens,
      }),
      cacheReadTokens: t.int({
        description:
          'Of the input tokens, those read from the cache of the provider; 0 when it does not tell. For VIEWER and above.',
        resolve: ({ payload }) => payload.cacheReadTokens ?? 0,
      }),
      cacheWriteTokens: t.int({
        description:
          'Of the input tokens, those written to the cache of the provider; 0 when it does not tell. For VIEWER and above.',
        resolve: ({ payload }) => payload.cacheWriteTokens ?? 0,
      }),
      reasoningTokens: t.int({
        description:
          'Of the output tokens, those the model thought with; 0 when the provider does not tell. For VIEWER and above.',
        resolve: ({ payload }) => payload.reasoningTokens ?? 0,
      }),
      stepCount: t.int({
        description: 'How many replies of the model are finished.',
        resolve: ({ payload }) => payload.stepCount,
      }),
      cost: t.field({
        type: MoneyRef,
        description: 'What the model cost; null when prices are unknown. For VIEWER and above.',
        resolve: ({ payload }) =>
          payload.costMicros === null ? null : { micros: BigInt(payload.costMicros) },
      }),
    }),
  }),
  CONTEXT_COMPACTED: eventRef('CONTEXT_COMPACTED').implement({
    ...eventType(
      'CONTEXT_COMPACTED',
      'Older results were shortened, because the conversation would not have fitted what the model can read.',
    ),
    fields: (t) => ({
      tokensBefore: t.int({
        description: 'How long the conversation was, in estimated tokens. For VIEWER and above.',
        resolve: ({ payload }) => payload.tokensBefore,
      }),
      tokensAfter: t.int({
        description: 'How long it is now, in estimated tokens. For VIEWER and above.',
        resolve: ({ payload }) => payload.tokensAfter,
      }),
    }),
  }),
  MODEL_SWITCHED: eventRef('MODEL_SWITCHED').implement({
    ...eventType('MODEL_SWITCHED', 'Another model of the agent answers for the rest of the run.'),
    fields: (t) => ({
      fromModel: t.string({
        description: 'The model that could not answer. For VIEWER and above.',
        resolve: ({ payload }) => payload.from,
      }),
      toModel: t.string({
        description: 'The model that answers from here on. For VIEWER and above.',
        resolve: ({ payload }) => payload.to,
      }),
      reason: t.string({
        nullable: true,
        description:
          'What went wrong with the model before; never null, but typed like the reason of ApprovalResolved, so that one document can select both.',
        resolve: ({ payload }) => payload.reason,
      }),
    }),
  }),
};
