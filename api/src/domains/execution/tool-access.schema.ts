import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { telling } from '../../graphql/list-rights.ts';
import { PermissionEffectRef } from '../tool/tool.enums.ts';
import { explainToolAccess, type ToolAccess } from './tool-access.service.ts';

const ToolAccessRef = builder.objectRef<ToolAccess>('ToolAccess').implement({
  access: 'carried',
  description: 'What the permission gate would say to a call.',
  fields: (t) => ({
    effect: t.field({
      type: PermissionEffectRef,
      nullable: false,
      description: 'Whether it would be made, asked for or refused.',
      resolve: ({ effect }) => effect,
    }),
    toolName: t.exposeString('toolName', {
      nullable: false,
      description: 'The tool that was asked about.',
    }),
    rule: t.exposeString('rule', { nullable: false, description: 'The rule that decides, in words.' }),
  }),
});

const ToolAccessPermission = builder.inputType('ToolAccessPermissionInput', {
  description: 'A permission that nobody has to save; what is left out is not limited.',
  // The viewer says it, so it tells nothing.
  fields: (t) => ({
    effect: t.field({
      type: PermissionEffectRef,
      required: true,
      description: 'What becomes of a call.',
      ...telling('nothing'),
    }),
    allowedPatterns: t.stringList({ description: 'Commands that are allowed.', ...telling('nothing') }),
    blockedPatterns: t.stringList({ description: 'Commands that are refused.', ...telling('nothing') }),
    callsPerHour: t.int({ description: 'How many calls an hour.', ...telling('nothing') }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it ends.', ...telling('nothing') }),
  }),
});

builder.queryField('explainToolAccess', (t) =>
  t.field({
    type: ToolAccessRef,
    access: { action: 'read', noun: 'AgentToolPermission' },
    description:
      'What the permission gate would say at this moment if an agent made a call, and by which rule; also for a permission that is not saved. Nothing is called. For VIEWER and above.',
    args: {
      agentId: t.arg.id({ required: true, description: 'Global id of the agent.' }),
      serverToolId: t.arg.id({ required: true, description: 'Global id of the tool on its server.' }),
      arguments: t.arg({
        type: 'JSONObject',
        description: 'What would be passed to the tool; its shape is the input schema of the tool.',
      }),
      permission: t.arg({
        type: ToolAccessPermission,
        description: 'In place of the permission that the agent has; that one when left out.',
      }),
    },
    resolve: (_root, args, ctx) =>
      explainToolAccess(ctx, {
        agentId: localId('Agent', args.agentId, 'agentId'),
        serverToolId: localId('ServerTool', args.serverToolId, 'serverToolId'),
        arguments: args.arguments ?? {},
        permission: args.permission ?? null,
      }),
  }),
);
