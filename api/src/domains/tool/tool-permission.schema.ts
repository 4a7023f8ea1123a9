import { builder } from '../../graphql/builder.ts';
import { localId, rowOf } from '../../graphql/ids.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { defineGonePayload, definePayload } from '../../graphql/payload.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { AgentRef } from '../agent/agent.schema.ts';
import { removeToolPermission, setToolPermission } from './tool-permission.service.ts';
import { PermissionEffectRef } from './tool.enums.ts';
import { toolPermissionListing } from './tool.list.ts';

const AgentToolPermissionRef = builder.prismaNode('AgentToolPermission', {
  ...rowOf('AgentToolPermission'),
  description:
    'What one agent may do with one tool. Without one the model never sees the tool. For VIEWER and above.',
  fields: (t) => ({
    agent: t.relation('agent', {
      description: 'The agent that is allowed or denied.',
    }),
    tool: t.relation('tool', {
      description: 'The tool that this is about.',
    }),
    effect: t.expose('effect', { type: PermissionEffectRef, description: 'What becomes of a call.' }),
    allowedPatterns: t.exposeStringList('allowedPatterns', {
      description: 'Commands that are allowed; a call that matches none is asked for. Empty: all.',
    }),
    blockedPatterns: t.exposeStringList('blockedPatterns', { description: 'Commands that are refused.' }),
    callsPerHour: t.exposeInt('callsPerHour', { description: 'How many calls an hour; null for no limit.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends; null for never.' }),
    reason: t.exposeString('reason', { description: 'Why it was given; null when nobody said.' }),
    grantedBy: t.relation('grantedBy', {
      description: 'Who gave it last; null when the member is gone.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first given.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    viewerCan: t.field(viewerCan('AgentToolPermission')),
  }),
});

builder.prismaObjectField(AgentRef, 'permissions', (t) =>
  t.relation('permissions', {
    description: 'The tools it may use, by name. For VIEWER and above.',
    query: { orderBy: [{ tool: { name: 'asc' } }, { id: 'asc' }] },
  }),
);

const ToolPermissionSetPayload = definePayload({
  field: 'permission',
  type: AgentToolPermissionRef,
  description: 'The permission as it is now.',
  get: toolPermissionListing.get,
  key: 'id',
})('ToolPermissionSet', 'The permission that was set.');

defineMutation('toolPermissionSet', {
  type: ToolPermissionSetPayload,
  access: { action: 'grant', noun: 'AgentToolPermission' },
  description:
    'Says what an agent may do with a tool, and makes a new revision of the agent. Runs that are under way heed it at their next call. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The agent, the tool, and what is allowed.',
  inputType:
    'What an agent may do with a tool. Of a permission that exists, what is left out stays and null clears.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent.' }),
    toolId: t.id({ required: true, description: 'Global id of the tool.' }),
    effect: t.field({ type: PermissionEffectRef, required: true, description: 'What becomes of a call.' }),
    allowedPatterns: t.stringList({
      description: 'Commands that are allowed, at most 50 of 200 characters.',
    }),
    blockedPatterns: t.stringList({
      description: 'Commands that are refused, at most 50 of 200 characters.',
    }),
    callsPerHour: t.int({ description: 'How many calls an hour; null for no limit.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends; null for never.' }),
    reason: t.string({ description: 'Why, for others to read; at most 500 characters.' }),
  }),
  resolve: ({ agentId, toolId, ...input }, ctx) =>
    setToolPermission(ctx, {
      agentId: localId('Agent', agentId, 'input', 'agentId'),
      toolId: localId('ToolDefinition', toolId, 'input', 'toolId'),
      input,
    }),
});

defineMutation('toolPermissionRemove', {
  type: defineGonePayload('ToolPermissionRemove', {
    noun: 'AgentToolPermission',
    field: 'removedPermissionId',
    description: 'The permission that is gone.',
    id: 'Its id, under which nothing is found any more.',
  }),
  access: { action: 'revoke', noun: 'AgentToolPermission' },
  description:
    'Takes a tool away from an agent, and makes a new revision of the agent. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The agent, and the tool that it loses.',
  inputType: 'The permission to remove.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent.' }),
    toolId: t.id({ required: true, description: 'Global id of the tool that it loses.' }),
  }),
  resolve: (input, ctx) =>
    removeToolPermission(ctx, {
      agentId: localId('Agent', input.agentId, 'input', 'agentId'),
      toolId: localId('ToolDefinition', input.toolId, 'input', 'toolId'),
    }),
});
