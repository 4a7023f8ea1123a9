import type { PermissionEffect, ServerToolStatus, ToolKind } from '../../generated/prisma/enums.ts';
import { defineEnum } from '../../graphql/enum.ts';

export const ToolKindRef = defineEnum<ToolKind>('ToolKind', 'Where a tool comes from.', {
  MCP: 'Discovered on an MCP server.',
  CLI: 'A well-known command line tool.',
});

export const ServerToolStatusRef = defineEnum<ServerToolStatus>(
  'ServerToolStatus',
  'How a tool stands on a server.',
  {
    AVAILABLE: 'Offered, with the definition that was approved.',
    DRIFTED: 'Offered with another definition than the approved one: held until somebody approves it.',
    INVALID:
      'Offered with a definition that no model can be told of; see `statusReason`. Others are not affected.',
    MISSING: 'Not offered any more.',
    NOT_INSTALLED: 'A command line tool that is not there.',
    INSTALLING: 'A command line tool that is being installed.',
    INSTALLED: 'A command line tool that was found there.',
    REMOVING: 'A command line tool that is being removed.',
    FAILED: 'Installing or removing it failed.',
  },
);

export const PermissionEffectRef = defineEnum<PermissionEffect>(
  'PermissionEffect',
  'What becomes of a call.',
  {
    ALLOW: 'It is made.',
    ASK: 'The run waits until a person approves it.',
    DENY: 'It is refused, and the model is told so.',
  },
);
