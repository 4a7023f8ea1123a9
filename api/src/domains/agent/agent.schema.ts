import { builder } from '../../graphql/builder.ts';
import { localId, rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ServerRef } from '../server/server.schema.ts';
import { AgentRoleRef, AgentStatusRef } from './agent.enums.ts';
import { agentListing, BY_NAME, listHierarchy } from './agent.list.ts';
import { AT_WORK, statusOf } from './agent.status.ts';
import { workspaceOf } from './workspace.ts';

export const AgentRef = builder.prismaNode('Agent', {
  ...rowOf('Agent'),
  description:
    'An AI agent: a system prompt, a model, limits, a place in the hierarchy and the tools it may use.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name for people; two agents may have the same.' }),
    description: t.exposeString('description', { description: 'What it is for; empty when nobody said.' }),
    role: t.expose('role', { type: AgentRoleRef, description: 'Its place in the hierarchy.' }),
    status: t.field({
      type: AgentStatusRef,
      description: 'What it is doing.',
      select: { state: true, _count: { select: { executions: { where: AT_WORK } } } },
      resolve: ({ state, _count }) => statusOf(state, _count.executions),
    }),
    statusReason: t.exposeString('stateReason', {
      description: 'Why it has this status; null when there is nothing to say. For VIEWER and above.',
    }),
    isSimulated: t.boolean({
      description: 'Whether its runs are simulated, because its server or its model provider is.',
      select: { server: { select: { protocol: true } }, modelProvider: { select: { kind: true } } },
      resolve: ({ server, modelProvider }) =>
        server.protocol === 'SIMULATION' || modelProvider?.kind === 'SIMULATED',
    }),
    supervisor: t.relation('supervisor', {
      description: 'The agent it reports to; null at the top. For VIEWER and above.',
    }),
    reports: t.relation('reports', {
      description: 'The agents that report to it, by name. For VIEWER and above.',
      query: { where: { archivedAt: null }, orderBy: BY_NAME },
    }),
    server: t.relation('server', {
      description: 'The server it works on. For VIEWER and above.',
    }),
    modelProvider: t.relation('modelProvider', {
      description:
        'Where its model is; null on a simulated server or when none was chosen yet. For VIEWER and above.',
    }),
    model: t.exposeString('model', {
      description: 'The name of its model; null for the default of its provider. For VIEWER and above.',
    }),
    systemPrompt: t.exposeString('systemPrompt', {
      description: 'What it is told before every prompt; empty for nothing. For OPERATOR and above.',
    }),
    workspacePath: t.string({
      description: 'The folder on the machine of the studio in which it works. For OPERATOR and above.',
      resolve: ({ id }, _args, ctx) => workspaceOf(ctx.settings, id),
    }),
    capabilities: t.exposeStringList('capabilities', {
      description: 'What it is good at, in words by which tasks can choose it. For VIEWER and above.',
    }),
    maxConcurrency: t.exposeInt('maxConcurrency', {
      description: 'How many of its runs may be under way at the same time. For VIEWER and above.',
    }),
    maxSteps: t.exposeInt('maxSteps', {
      description: 'How many replies of the model a run may take. For VIEWER and above.',
    }),
    maxDurationMs: t.exposeInt('maxDurationMs', {
      description: 'Milliseconds after which a run is ended. For VIEWER and above.',
    }),
    maxTokens: t.exposeInt('maxTokens', {
      description: 'How many tokens a run may use; null for no limit. For VIEWER and above.',
    }),
    revision: t.exposeInt('revision', {
      description: 'Number of its present revision; runs that start now name it. For VIEWER and above.',
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was created. For VIEWER and above.',
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When it was last changed. For VIEWER and above.',
    }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      description: 'When it was deleted and its history kept; null while it is in use. For VIEWER and above.',
    }),
    viewerCan: t.field(viewerCan('Agent')),
  }),
});

const AgentList = defineList(AgentRef, agentListing, {
  enums: { role: AgentRoleRef, status: AgentStatusRef },
});
AgentList.toQuery('agents', 'The agents of the organization, newest first.');

builder.queryField('agent', (t) =>
  t.prismaField({
    type: AgentRef,
    access: { action: 'read', noun: 'Agent' },
    description: 'One agent; null with a NOT_FOUND error when there is none, or none for you.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the agent.' }) },
    resolve: (query, _root, { id }, ctx) => agentListing.get(ctx, { query, id: localId('Agent', id, 'id') }),
  }),
);

builder.queryField('agentHierarchy', (t) =>
  t.prismaField({
    type: [AgentRef],
    access: { action: 'read', noun: 'Agent' },
    description: 'Every agent in use, supervisors before their reports: the whole tree with one request.',
    resolve: (query, _root, _args, ctx) => listHierarchy(ctx, { query }),
  }),
);

AgentList.toType(ServerRef, 'agents', {
  known: 'serverId',
  description:
    'The agents that work on it, newest first, without archived ones unless the filter includes them.',
});
