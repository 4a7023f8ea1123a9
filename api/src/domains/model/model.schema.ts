import type { ModelProviderKind } from '../../generated/prisma/enums.ts';
import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { localId, rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { defineGonePayload, defineIdMutation, definePayload } from '../../graphql/payload.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { modelProviderListing } from './model.list.ts';
import { createModelProvider, deleteModelProvider, updateModelProvider } from './model.service.ts';

const ModelProviderKindRef = defineEnum<ModelProviderKind>(
  'ModelProviderKind',
  'How a model provider is talked to.',
  {
    ANTHROPIC: 'The API of Anthropic.',
    OPENAI: 'The API of OpenAI.',
    OPENAI_COMPATIBLE: 'Any endpoint that speaks the API of OpenAI, such as Ollama, vLLM or LM Studio.',
    SIMULATED: 'The deterministic model inside the studio: no network, no key, and labelled as simulated.',
  },
);

const ModelProviderRef = builder.prismaNode('ModelProvider', {
  ...rowOf('ModelProvider'),
  description: 'An endpoint that serves language models, with its key. The key can be set but never read.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in the organization.' }),
    kind: t.expose('kind', { type: ModelProviderKindRef, description: 'How it is talked to.' }),
    isSimulated: t.boolean({
      description: 'Whether its answers are simulated.',
      select: { kind: true },
      resolve: ({ kind }) => kind === 'SIMULATED',
    }),
    baseUrl: t.exposeString('baseUrl', {
      description: 'Address of the endpoint; null for the usual one of its kind. For MANAGER and above.',
    }),
    hasApiKey: t.boolean({
      description: 'Whether a key is stored.',
      select: { apiKey: true },
      resolve: ({ apiKey }) => apiKey !== null,
    }),
    apiKeyHint: t.exposeString('apiKeyHint', {
      description:
        'The last four characters of the key; null without a key or when it is short. For MANAGER and above.',
    }),
    defaultModel: t.exposeString('defaultModel', {
      description: 'The model of agents that name none.',
    }),
    inputTokenPrice: t.field({
      type: 'Decimal',
      description:
        'US dollars for a million tokens read; null when unknown, then no cost is reported. For MANAGER and above.',
      select: { inputTokenPrice: true },
      resolve: ({ inputTokenPrice }) => inputTokenPrice?.toFixed() ?? null,
    }),
    outputTokenPrice: t.field({
      type: 'Decimal',
      description:
        'US dollars for a million tokens written; null when unknown, then no cost is reported. For MANAGER and above.',
      select: { outputTokenPrice: true },
      resolve: ({ outputTokenPrice }) => outputTokenPrice?.toFixed() ?? null,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    viewerCan: t.field(viewerCan('ModelProvider')),
  }),
});

defineList(ModelProviderRef, modelProviderListing, { enums: { kind: ModelProviderKindRef } }).toQuery(
  'modelProviders',
  'The model providers of the organization, newest first. For VIEWER and above.',
);

const modelProviderPayload = definePayload({
  field: 'modelProvider',
  type: ModelProviderRef,
  description: 'The model provider as it is now.',
  get: modelProviderListing.get,
  key: 'id',
});

const BASE_URL =
  'Address of the endpoint, such as https://llm.example.com/v1. Required for OPENAI_COMPATIBLE, otherwise an override.';
const PRICE = 'US dollars for a million tokens';

defineMutation('modelProviderCreate', {
  type: modelProviderPayload('ModelProviderCreate', 'The new model provider.'),
  access: { action: 'create', noun: 'ModelProvider' },
  description: 'Adds a model provider. For ADMIN.',
  errors: [ValidationError, ConflictError],
  input: 'What the new model provider is to be.',
  inputType: 'A new model provider.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, unique in the organization.' }),
    kind: t.field({ type: ModelProviderKindRef, required: true, description: 'How it is talked to.' }),
    baseUrl: t.string({ description: BASE_URL }),
    apiKey: t.string({
      description: 'Its key, stored encrypted and never shown. Required for ANTHROPIC and OPENAI.',
    }),
    defaultModel: t.string({ required: true, description: 'The model of agents that name none.' }),
    inputTokenPrice: t.field({ type: 'Decimal', description: `${PRICE} read; leave out when unknown.` }),
    outputTokenPrice: t.field({
      type: 'Decimal',
      description: `${PRICE} written; leave out when unknown.`,
    }),
  }),
  resolve: (input, ctx) => createModelProvider(ctx, input),
});

defineMutation('modelProviderUpdate', {
  type: modelProviderPayload('ModelProviderUpdate', 'The changed model provider.'),
  access: { action: 'update', noun: 'ModelProvider' },
  description: 'Changes a model provider; runs that start from now on use it as it is then. For ADMIN.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The model provider, and what changes of it.',
  inputType: 'Changes of a model provider: what is left out stays, null clears.',
  fields: (t) => ({
    modelProviderId: t.id({ required: true, description: 'Global id of the model provider to change.' }),
    name: t.string({ description: 'Its name, unique in the organization.' }),
    baseUrl: t.string({ description: `${BASE_URL} Another host requires the key again.` }),
    apiKey: t.string({ description: 'Another key, stored encrypted and never shown.' }),
    defaultModel: t.string({ description: 'The model of agents that name none.' }),
    inputTokenPrice: t.field({ type: 'Decimal', description: `${PRICE} read; null when unknown.` }),
    outputTokenPrice: t.field({ type: 'Decimal', description: `${PRICE} written; null when unknown.` }),
  }),
  resolve: ({ modelProviderId, ...input }, ctx) =>
    updateModelProvider(ctx, {
      id: localId('ModelProvider', modelProviderId, 'input', 'modelProviderId'),
      input,
    }),
});

defineIdMutation('modelProviderDelete', {
  type: defineGonePayload('ModelProviderDelete', {
    noun: 'ModelProvider',
    field: 'deletedModelProviderId',
    description: 'The model provider that is gone.',
    id: 'Its id, under which nothing is found any more.',
  }),
  noun: 'ModelProvider',
  action: 'delete',
  argument: 'modelProviderId',
  which: 'the model provider to delete',
  description: 'Deletes a model provider and its key; refused while agents use it. For ADMIN.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: deleteModelProvider,
});
