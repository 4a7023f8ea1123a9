import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { AgentRef } from '../agent/agent.schema.ts';
import { ExecutionRef } from '../execution/execution.schema.ts';
import { ServerRef } from '../server/server.schema.ts';
import { ToolDefinitionRef } from '../tool/tool.schema.ts';
import { UserRef } from '../user/user.schema.ts';
import { approvalListing } from './approval.list.ts';
import { isEditable } from './approval.service.ts';

const ApprovalStatusRef = builder.enumType('ApprovalStatus', {
  description: 'Where an approval stands.',
  values: {
    PENDING: { description: 'It waits for a person.' },
    APPROVED: { description: 'The call may be made, once.' },
    REJECTED: { description: 'The call is refused, and the model is told why.' },
    EXPIRED: { description: 'Nobody answered in time, so the call is refused.' },
    CANCELLED: { description: 'Its run ended before anybody answered.' },
  } as const,
});

export const ApprovalScopeRef = builder.enumType('ApprovalScope', {
  description: 'For how long an approval counts.',
  values: {
    ONCE: { description: 'For this call.' },
    RUN: { description: 'For this call, and for every call of the tool, as it is defined now, in this run.' },
    PERMISSION: {
      description: "For good: the agent's permission for the tool becomes ALLOW. For MANAGER and above.",
    },
  } as const,
});

export const ApprovalRef = builder.prismaNode('Approval', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'Approval' },
  description: 'A tool call that waits for a person, bound to exactly this call. For VIEWER and above.',
  select: { id: true, organizationId: true },
  fields: (t) => ({
    execution: t.relation('execution', {
      type: ExecutionRef,
      nullable: true,
      description: 'The run that waits for it, without a worker.',
    }),
    agent: t.relation('agent', { type: AgentRef, nullable: true, description: 'The agent that asks.' }),
    server: t.relation('server', {
      type: ServerRef,
      nullable: true,
      description: 'The server that would carry out the call.',
    }),
    tool: t.relation('tool', {
      type: ToolDefinitionRef,
      nullable: true,
      description: 'The tool that would be called, as it is now.',
    }),
    callId: t.exposeString('callId', { description: 'Names the call within its run.' }),
    toolName: t.exposeString('toolName', { description: 'The tool, as its server named it.' }),
    serverName: t.exposeString('serverName', { description: 'The name that the server had.' }),
    arguments: t.expose('arguments', {
      type: 'JSON',
      description: 'What the model wants to pass; its shape is the input schema of the tool.',
    }),
    editedArguments: t.expose('editedArguments', {
      type: 'JSON',
      nullable: true,
      description: 'What was passed instead; null unless a person changed them.',
    }),
    isEditable: t.boolean({
      description: 'Whether its arguments can be changed: not when they hold a secret that is not shown.',
      select: { arguments: true, argumentsDigest: true },
      resolve: (approval) => isEditable(approval),
    }),
    rule: t.exposeString('rule', { description: 'Why a person is asked, in words.' }),
    status: t.expose('status', {
      type: ApprovalStatusRef,
      description: 'Whether it waits, or how it was decided.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'What the person said, which the model is told; null when nothing.',
    }),
    remember: t.expose('remember', { type: ApprovalScopeRef, description: 'For how long it counts.' }),
    resolvedBy: t.relation('resolvedBy', {
      type: UserRef,
      nullable: true,
      description: 'Who decided; null while it waits, and when nobody did.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Until when somebody has to answer; null: it waits for as long as it takes.',
    }),
    escalatedAt: t.expose('escalatedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Since when only MANAGER and above may answer, because nobody had; null unless it is so.',
    }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided, or ended otherwise; null while it waits.',
    }),
    viewerCan: t.field(viewerCan('Approval')),
  }),
});

const ApprovalList = defineList(ApprovalRef, approvalListing, { enums: { status: ApprovalStatusRef } });
ApprovalList.toQuery(
  'approvals',
  'The approvals of the organization, newest first; `filter: { status: { equals: PENDING } }` is the inbox. For VIEWER and above.',
);
export const { Filter: ApprovalFilterRef, local: localFilter } = ApprovalList;

ApprovalList.toType(ExecutionRef, 'approvals', {
  known: 'executionId',
  description: 'What this run has asked people for, newest first. For VIEWER and above.',
});

builder.queryField('approval', (t) =>
  t.prismaField({
    type: ApprovalRef,
    nullable: true,
    access: { action: 'read', noun: 'Approval' },
    description: 'One approval; null with a NOT_FOUND error when there is none, or none for you.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the approval.' }) },
    resolve: (query, _root, { id }, ctx) =>
      approvalListing.get(ctx, { query, id: localId('Approval', id, 'id') }),
  }),
);
