import { builder } from '../../graphql/builder.ts';
import { localId, rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { definePayload } from '../../graphql/payload.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { ServerRef } from '../server/server.schema.ts';
import { approveDrift } from './tool-drift.service.ts';
import { ServerToolStatusRef } from './tool.enums.ts';
import { serverToolListing } from './tool.list.ts';

const ServerToolRef = builder.prismaNode('ServerTool', {
  ...rowOf('ServerTool'),
  description:
    'A tool as it stands on one server, with the definition that was approved. For VIEWER and above.',
  fields: (t) => ({
    server: t.relation('server', {
      description: 'The server that offers it.',
    }),
    tool: t.relation('tool', {
      description: 'Its entry in the catalogue.',
    }),
    status: t.expose('status', {
      type: ServerToolStatusRef,
      description: 'Whether it may be called, and if not, why.',
    }),
    statusReason: t.exposeString('statusReason', {
      description: 'Why it is INVALID; null otherwise.',
    }),
    version: t.exposeString('version', {
      description: 'Version of a command line tool; null for others and when unknown.',
    }),
    pinnedHash: t.exposeString('pinnedHash', {
      description:
        'SHA-256 over name, description, input schema and annotations as they were approved; null when nothing was.',
    }),
    pinnedDefinition: t.expose('pinnedDefinition', {
      type: 'JSON',
      description:
        'The definition that was approved, to compare with `seenDefinition`. Its form is up to the server.',
    }),
    seenHash: t.exposeString('seenHash', {
      description: 'The same of the definition that was seen last; differs from `pinnedHash` while DRIFTED.',
    }),
    seenDefinition: t.expose('seenDefinition', {
      type: 'JSON',
      description: 'The definition that was seen last. Its form is up to the server.',
    }),
    isReadOnly: t.exposeBoolean('isReadOnly', {
      description: 'Whether a person declared that it changes nothing.',
    }),
    isIdempotent: t.exposeBoolean('isIdempotent', {
      description: 'Whether a person declared that repeating a call does no harm.',
    }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'When the server last offered it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was discovered.' }),
    viewerCan: t.field(viewerCan('ServerTool')),
  }),
});

const ServerToolList = defineList(ServerToolRef, serverToolListing, {
  enums: { status: ServerToolStatusRef },
});
ServerToolList.toQuery(
  'serverTools',
  'What is on which server, newest first, without archived servers. For VIEWER and above.',
);
ServerToolList.toType(ServerRef, 'tools', {
  relation: 'serverTools',
  known: 'serverId',
  usually: { field: 'NAME', direction: 'ASC' },
  description: 'Its tools, by name.',
});

const ToolApproveDriftPayload = definePayload({
  field: 'serverTool',
  type: ServerToolRef,
  description: 'The tool as it is now.',
  get: serverToolListing.get,
  key: 'id',
})('ToolApproveDrift', 'The tool with its approved definition.');

defineMutation('toolApproveDrift', {
  type: ToolApproveDriftPayload,
  access: { action: 'validate', noun: 'ServerTool' },
  description:
    'Approves the changed definition of a DRIFTED tool, so that it may be called again. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The tool of a server, and the definition that you have read.',
  inputType: 'The tool whose changed definition is approved.',
  fields: (t) => ({
    serverToolId: t.id({
      required: true,
      description: 'Global id of the tool as it stands on its server.',
    }),
    seenHash: t.string({
      description: 'The `seenHash` of the definition that you have read; refused when it has changed since.',
    }),
  }),
  resolve: (input, ctx) =>
    approveDrift(ctx, {
      id: localId('ServerTool', input.serverToolId, 'input', 'serverToolId'),
      seenHash: input.seenHash ?? null,
    }),
});
