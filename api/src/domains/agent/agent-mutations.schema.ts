import { localId, optionalLocalId } from '../../graphql/ids.ts';
import { defineMutation, type InputFields } from '../../graphql/mutation.ts';
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

/** What is said of a new agent and of one that changes in the same words. */
const settings = (t: InputFields) => ({
  description: t.string({ description: 'What it is for.' }),
  supervisorId: t.id({
    description: 'The agent it reports to: a MASTER for a SUPERVISOR, a SUPERVISOR or MASTER for a WORKER.',
  }),
  systemPrompt: t.string({ description: 'What it is told before every prompt.' }),
  modelProviderId: t.id({
    description: 'Where its model is. Needed before it can run, unless its server is simulated.',
  }),
  model: t.string({ description: 'The name of its model; the default of its provider when there is none.' }),
  capabilities: t.stringList({ description: 'What it is good at, in words by which tasks can choose it.' }),
  maxTokens: t.int({ description: 'How many tokens a run may use; null for no limit.' }),
});
const MAX_CONCURRENCY = 'How many of its runs may be under way at the same time, 1 to 50';
const MAX_STEPS = 'How many replies of the model a run may take, 1 to 200';
const MAX_DURATION = 'Milliseconds after which a run is ended, 1000 to 86400000';

defineMutation('agentCreate', {
  type: agentPayload('AgentCreate', 'The new agent.'),
  access: { action: 'create', noun: 'Agent' },
  description: 'Creates an agent, to be validated with `agentValidate`. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError, PlanLimitError],
  input: 'What the new agent is to be.',
  inputType: 'A new agent. It waits for validation and does not run before.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name for people, at most 100 characters.' }),
    role: t.field({ type: AgentRoleRef, required: true, description: 'Its place in the hierarchy.' }),
    serverId: t.id({ required: true, description: 'The server it works on.' }),
    ...settings(t),
    maxConcurrency: t.int({ description: `${MAX_CONCURRENCY}; 2 when left out.` }),
    maxSteps: t.int({ description: `${MAX_STEPS}; 25 when left out.` }),
    maxDurationMs: t.int({ description: `${MAX_DURATION}; ten minutes when left out.` }),
  }),
  resolve: (input, ctx) => createAgent(ctx, { ...input, ...localReferences(input) }),
});

defineMutation('agentUpdate', {
  type: agentPayload('AgentUpdate', 'The changed agent.'),
  access: { action: 'update', noun: 'Agent' },
  description:
    'Changes an agent. A change of prompt, server, model, capabilities or limits makes a new revision; runs that are under way keep theirs. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The agent, and what changes of it.',
  inputType: 'Changes of an agent: what is left out stays, null clears.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to change.' }),
    name: t.string({ description: 'Its name for people, at most 100 characters.' }),
    role: t.field({
      type: AgentRoleRef,
      description: 'Its place in the hierarchy; must suit its reports.',
    }),
    serverId: t.id({ description: 'The server it works on.' }),
    ...settings(t),
    maxConcurrency: t.int({ description: `${MAX_CONCURRENCY}.` }),
    maxSteps: t.int({ description: `${MAX_STEPS}.` }),
    maxDurationMs: t.int({ description: `${MAX_DURATION}.` }),
  }),
  resolve: ({ agentId, ...input }, ctx) =>
    updateAgent(ctx, { id: agentLocalId(agentId), input: { ...input, ...localReferences(input) } }),
});

defineIdMutation('agentDelete', {
  type: defineGonePayload('AgentDelete', {
    noun: 'Agent',
    field: 'deletedAgentId',
    description: 'The agent that is gone, or archived.',
    id: 'Its id; an archived agent can still be read by it.',
  }),
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

defineMutation('agentDeactivate', {
  type: agentPayload('AgentDeactivate', 'The inactive agent.'),
  access: { action: 'activate', noun: 'Agent' },
  description: 'Keeps an agent from starting runs; those that are under way go on. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The agent to deactivate, and why.',
  inputType: 'The agent to deactivate.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to deactivate.' }),
    reason: t.string({ description: 'Why, for others to read; at most 500 characters.' }),
  }),
  resolve: (input, ctx) =>
    deactivateAgent(ctx, { id: agentLocalId(input.agentId), reason: input.reason ?? null }),
});

defineMutation('agentRestoreRevision', {
  type: agentPayload('AgentRestoreRevision', 'The agent with its new revision.'),
  access: { action: 'update', noun: 'Agent' },
  description:
    'Gives an agent the prompt, model, capabilities and limits of an earlier revision again, as a new revision. Its server and its tool permissions stay. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The agent, and the revision to go back to.',
  inputType: 'The revision to go back to.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent to change.' }),
    number: t.int({ required: true, description: 'Number of the revision.' }),
  }),
  resolve: (input, ctx) => restoreRevision(ctx, { id: agentLocalId(input.agentId), number: input.number }),
});
