import { builder } from '../../graphql/builder.ts';
import { resultOf } from '../../graphql/errors.ts';
import { localId, optionalLocalId } from '../../graphql/ids.ts';
import { defineGonePayload, defineIdMutation, definePayload } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, PlanLimitError, ValidationError } from '../../platform/errors.ts';
import { restoreRevision } from './agent-revision.service.ts';
import { AgentRoleRef } from './agent.enums.ts';
import { activateAgent, deactivateAgent, validateAgent } from './agent.lifecycle.ts';
import { agentListing } from './agent.list.ts';
import { AgentRef } from './agent.schema.ts';
import { createAgent, deleteAgent, updateAgent } from './agent.service.ts';

const agentPayload = definePayload({
  field: 'agent',
  type: AgentRef,
  description: 'The agent as it is now.',
  get: agentListing.get,
  key: 'id',
});

const agentLocalId = (id: string) => localId('Agent', id, 'input', 'agentId');

interface References {
  serverId?: string | null;
  supervisorId?: string | null;
  modelProviderId?: string | null;
}

const localReferences = <T extends References>({ serverId, supervisorId, modelProviderId }: T) => ({
  serverId: optionalLocalId('ServerConfiguration', serverId as T['serverId'], 'input', 'serverId'),
  supervisorId: optionalLocalId('Agent', supervisorId, 'input', 'supervisorId'),
  modelProviderId: optionalLocalId('ModelProvider', modelProviderId, 'input', 'modelProviderId'),
});

const DESCRIBED = {
  supervisorId: 'The agent it reports to: a MASTER for a SUPERVISOR, a SUPERVISOR or MASTER for a WORKER.',
  systemPrompt: 'What it is told before every prompt.',
  modelProviderId: 'Where its model is. Needed before it can run, unless its server is simulated.',
  model: 'The name of its model; the default of its provider when there is none.',
  capabilities: 'What it is good at, in words by which tasks can choose it.',
  maxConcurrency: 'How many of its runs may be under way at the same time, 1 to 50',
  maxSteps: 'How many replies of the model a run may take, 1 to 200',
  maxDurationMs: 'Milliseconds after which a run is ended, 1000 to 86400000',
  maxTokens: 'How many tokens a run may use; null for no limit.',
};

const AgentCreateInput = builder.inputType('AgentCreateInput', {
  description: 'A new agent. It waits for validation and does not run before.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name for people, at most 100 characters.' }),
    role: t.field({ type: AgentRoleRef, required: true, description: 'Its place in the hierarchy.' }),
    serverId: t.id({ required: true, description: 'The server it works on.' }),
    description: t.string({ description: 'What it is for.' }),
    supervisorId: t.id({ description: DESCRIBED.supervisorId }),
    systemPrompt: t.string({ description: DESCRIBED.systemPrompt }),
    modelProviderId: t.id({ description: DESCRIBED.modelProviderId }),
    model: t.string({ description: DESCRIBED.model }),
    capabilities: t.stringList({ description: DESCRIBED.capabilities }),
    maxConcurrency: t.int({ description: `${DESCRIBED.maxConcurrency}; 2 when left out.` }),
    maxSteps: t.int({ description: `${DESCRIBED.maxSteps}; 25 when left out.` }),
    maxDurationMs: t.int({ description: `${DESCRIBED.maxDurationMs}; ten minutes when left out.` }),
    maxTokens: t.int({ description: DESCRIBED.maxTokens }),
  }),
});

builder.mutationField('agentCreate', (t) =>
  t.field({
    type: agentPayload('AgentCreate', 'The new agent.'),
    access: { action: 'create', noun: 'Agent' },
    description: 'Creates an agent, to be validated with `agentValidate`. For MANAGER and above.',
    errors: resultOf('agentCreate', ValidationError, NotFoundError, ConflictError, PlanLimitError),
    args: {
      input: t.arg({ type: AgentCreateInput, required: true, description: 'What the new agent is to be.' }),
    },
    resolve: (_root, { input }, ctx) => createAgent(ctx, { ...input, ...localReferences(input) }),
  }),
);

const AgentUpdateInput = builder.inputType('AgentUpdateInput', {
  description: 'Changes of an agent: what is left out stays, null clears.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to change.' }),
    name: t.string({ description: 'Its name for people, at most 100 characters.' }),
    role: t.field({ type: AgentRoleRef, description: 'Its place in the hierarchy; must suit its reports.' }),
    serverId: t.id({ description: 'The server it works on.' }),
    description: t.string({ description: 'What it is for.' }),
    supervisorId: t.id({ description: DESCRIBED.supervisorId }),
    systemPrompt: t.string({ description: DESCRIBED.systemPrompt }),
    modelProviderId: t.id({ description: DESCRIBED.modelProviderId }),
    model: t.string({ description: DESCRIBED.model }),
    capabilities: t.stringList({ description: DESCRIBED.capabilities }),
    maxConcurrency: t.int({ description: `${DESCRIBED.maxConcurrency}.` }),
    maxSteps: t.int({ description: `${DESCRIBED.maxSteps}.` }),
    maxDurationMs: t.int({ description: `${DESCRIBED.maxDurationMs}.` }),
    maxTokens: t.int({ description: DESCRIBED.maxTokens }),
  }),
});

builder.mutationField('agentUpdate', (t) =>
  t.field({
    type: agentPayload('AgentUpdate', 'The changed agent.'),
    access: { action: 'update', noun: 'Agent' },
    description:
      'Changes an agent. A change of prompt, server, model, capabilities or limits makes a new revision; runs that are under way keep theirs. For MANAGER and above.',
    errors: resultOf('agentUpdate', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({
        type: AgentUpdateInput,
        required: true,
        description: 'The agent, and what changes of it.',
      }),
    },
    resolve: (_root, { input: { agentId, ...input } }, ctx) =>
      updateAgent(ctx, { id: agentLocalId(agentId), input: { ...input, ...localReferences(input) } }),
  }),
);

const AgentDeletePayload = defineGonePayload('AgentDelete', {
  noun: 'Agent',
  field: 'deletedAgentId',
  description: 'The agent that is gone, or archived.',
  id: 'Its id; an archived agent can still be read by it.',
});

defineIdMutation('agentDelete', {
  type: AgentDeletePayload,
  noun: 'Agent',
  action: 'delete',
  argument: 'agentId',
  which: 'the agent to delete or archive',
  description:
    'Deletes an agent, or archives it when it has run. Its tasks are left without an agent. Refused while it has reports or runs under way. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: deleteAgent,
});

defineIdMutation('agentValidate', {
  type: agentPayload('AgentValidate', 'The validated agent.'),
  noun: 'Agent',
  action: 'validate',
  argument: 'agentId',
  which: 'the agent to validate',
  description:
    'Lets a new agent run, after somebody looked at it. Does nothing to an active one. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: validateAgent,
});

defineIdMutation('agentActivate', {
  type: agentPayload('AgentActivate', 'The active agent.'),
  noun: 'Agent',
  action: 'activate',
  argument: 'agentId',
  which: 'the agent to activate',
  description: 'Lets an inactive agent run again. Does nothing to an active one. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: activateAgent,
});

const AgentDeactivateInput = builder.inputType('AgentDeactivateInput', {
  description: 'The agent to deactivate.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to deactivate.' }),
    reason: t.string({ description: 'Why, for others to read; at most 500 characters.' }),
  }),
});

builder.mutationField('agentDeactivate', (t) =>
  t.field({
    type: agentPayload('AgentDeactivate', 'The inactive agent.'),
    access: { action: 'activate', noun: 'Agent' },
    description: 'Keeps an agent from starting runs; those that are under way go on. For MANAGER and above.',
    errors: resultOf('agentDeactivate', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({
        type: AgentDeactivateInput,
        required: true,
        description: 'The agent to deactivate, and why.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      deactivateAgent(ctx, { id: agentLocalId(input.agentId), reason: input.reason ?? null }),
  }),
);

const AgentRestoreRevisionInput = builder.inputType('AgentRestoreRevisionInput', {
  description: 'The revision to go back to.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to change.' }),
    number: t.int({ required: true, description: 'Number of the revision.' }),
  }),
});

builder.mutationField('agentRestoreRevision', (t) =>
  t.field({
    type: agentPayload('AgentRestoreRevision', 'The agent with its new revision.'),
    access: { action: 'update', noun: 'Agent' },
    description:
      'Gives an agent the prompt, model, capabilities and limits of an earlier revision again, as a new revision. Its server and its tool permissions stay. For MANAGER and above.',
    errors: resultOf('agentRestoreRevision', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({
        type: AgentRestoreRevisionInput,
        required: true,
        description: 'The agent, and the revision to go back to.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      restoreRevision(ctx, { id: agentLocalId(input.agentId), number: input.number }),
  }),
);
