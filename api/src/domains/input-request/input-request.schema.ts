import { builder } from '../../graphql/builder.ts';
import { resultOf } from '../../graphql/errors.ts';
import { localId } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { definePayload } from '../../graphql/payload.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { AgentRef } from '../agent/agent.schema.ts';
import { ExecutionRef } from '../execution/execution.schema.ts';
import { UserRef } from '../user/user.schema.ts';
import { inputRequestListing } from './input-request.list.ts';
import { resolveInputRequest } from './input-request.service.ts';

const InputRequestStatusRef = builder.enumType('InputRequestStatus', {
  description: 'Where a question to a person stands.',
  values: {
    PENDING: { description: 'It waits for an answer.' },
    ANSWERED: { description: 'A person has answered it.' },
    DECLINED: { description: 'A person has declined to answer.' },
    EXPIRED: { description: 'Nobody answered in time.' },
    CANCELLED: { description: 'Its run ended before anybody answered.' },
  } as const,
});

const InputRequestRef = builder.prismaNode('InputRequest', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'InputRequest' },
  description: 'A question of an agent to a person, for which its run waits. For VIEWER and above.',
  select: { id: true, organizationId: true },
  fields: (t) => ({
    execution: t.relation('execution', {
      type: ExecutionRef,
      nullable: true,
      description: 'The run that waits for it, without a worker.',
    }),
    agent: t.relation('agent', { type: AgentRef, nullable: true, description: 'The agent that asks.' }),
    callId: t.exposeString('callId', { description: 'Names the call within its run.' }),
    question: t.exposeString('question', { description: 'What is asked, in words.' }),
    schema: t.expose('schema', {
      type: 'JSON',
      description: 'JSON Schema of the answer: an object whose properties are plain values.',
    }),
    status: t.expose('status', {
      type: InputRequestStatusRef,
      description: 'Whether it waits, or how it ended.',
    }),
    answer: t.expose('answer', {
      type: 'JSON',
      nullable: true,
      description: 'As `schema` has it; null unless ANSWERED.',
    }),
    resolvedBy: t.relation('resolvedBy', {
      type: UserRef,
      nullable: true,
      description: 'Who answered or declined; null while it waits, and when nobody did.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when somebody has to answer; null: it waits for as long as it takes.',
    }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it came to its end; null while it waits.',
    }),
    viewerCan: t.field(viewerCan('InputRequest')),
  }),
});

const InputRequestList = defineList(InputRequestRef, inputRequestListing, {
  enums: { status: InputRequestStatusRef },
});
InputRequestList.toQuery(
  'inputRequests',
  'The questions of the agents of the organization, newest first. For VIEWER and above.',
);
InputRequestList.toType(ExecutionRef, 'inputRequests', {
  known: 'executionId',
  description: 'What this run has asked people, newest first. For VIEWER and above.',
});

const InputRequestResolveInput = builder.inputType('InputRequestResolveInput', {
  description: 'Which question, and the answer.',
  fields: (t) => ({
    inputRequestId: t.id({ required: true, description: 'Global id of the question.' }),
    answer: t.field({
      type: 'JSONObject',
      description: 'As the schema of the question has it; null declines to answer.',
    }),
  }),
});

builder.mutationField('inputRequestResolve', (t) =>
  t.field({
    type: definePayload({
      field: 'inputRequest',
      type: InputRequestRef,
      description: 'The question as it is now.',
      get: inputRequestListing.get,
      key: 'id',
    })('InputRequestResolve', 'The question, as you have answered it.'),
    access: { action: 'resolve', noun: 'InputRequest' },
    description:
      'Answers a question of an agent, or declines to, once; its run goes on. For OPERATOR and above.',
    errors: resultOf('inputRequestResolve', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({
        type: InputRequestResolveInput,
        required: true,
        description: 'The question, and the answer.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      resolveInputRequest(ctx, {
        inputRequestId: localId('InputRequest', input.inputRequestId, 'input', 'inputRequestId'),
        answer: input.answer ?? null,
      }),
  }),
);
