import { PermissionEffect, ServerToolStatus, ToolKind } from '../../generated/prisma/enums.ts';
import { builder } from '../../graphql/builder.ts';

export const ToolKindRef = builder.enumType('ToolKind', {
  description: 'Where a tool comes from.',
  values: {
    MCP: { value: ToolKind.MCP, description: 'Discovered on an MCP server.' },
    CLI: { value: ToolKind.CLI, description: 'A well-known command line tool.' },
  },
});

export const ServerToolStatusRef = builder.enumType('ServerToolStatus', {
  description: 'How a tool stands on a server.',
  values: {
    AVAILABLE: {
      value: ServerToolStatus.AVAILABLE,
      description: 'Offered, with the definition that was approved.',
    },
    DRIFTED: {
      value: ServerToolStatus.DRIFTED,
      description: 'Offered with another definition than the approved one: held until somebody approves it.',
    },
    INVALID: {
      value: ServerToolStatus.INVALID,
      description:
        'Offered with a definition that no model can be told of; see `statusReason`. Others are not affected.',
    },
    MISSING: { value: ServerToolStatus.MISSING, description: 'Not offered any more.' },
    NOT_INSTALLED: {
      value: ServerToolStatus.NOT_INSTALLED,
      description: 'A command line tool that is not there.',
    },
    INSTALLING: {
      value: ServerToolStatus.INSTALLING,
      description: 'A command line tool that is being installed.',
    },
    INSTALLED: {
      value: ServerToolStatus.INSTALLED,
      description: 'A command line tool that was found there.',
    },
    REMOVING: { value: ServerToolStatus.REMOVING, description: 'A command line tool that is being removed.' },
    FAILED: { value: ServerToolStatus.FAILED, description: 'Installing or removing it failed.' },
  },
});

export const PermissionEffectRef = builder.enumType('PermissionEffect', {
  description: 'What becomes of a call.',
  values: {
    ALLOW: { value: PermissionEffect.ALLOW, description: 'It is made.' },
    ASK: { value: PermissionEffect.ASK, description: 'The run waits until a person approves it.' },
    DENY: { value: PermissionEffect.DENY, description: 'It is refused, and the model is told so.' },
  },
});
