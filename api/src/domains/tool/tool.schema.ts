import { builder } from '../../graphql/builder.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ServerRef } from '../server/server.schema.ts';
import { ToolKindRef } from './tool.enums.ts';
import { toolListing } from './tool.list.ts';

export const ToolDefinitionRef = builder.prismaNode('ToolDefinition', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'ToolDefinition' },
  description:
    'An entry of the catalogue: a tool that was discovered on an MCP server, or a command line tool. For VIEWER and above.',
  select: { id: true, organizationId: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: ToolKindRef, description: 'Where it comes from.' }),
    name: t.exposeString('name', { description: 'Its name, unique on its server.' }),
    title: t.exposeString('title', { description: 'Its name for people; null when the server gave none.' }),
    description: t.exposeString('description', {
      description: 'What it does, in the words of the server, as it was approved.',
    }),
    category: t.exposeString('category', { description: 'A word by which the catalogue is grouped.' }),
    inputSchema: t.expose('inputSchema', {
      type: 'JSON',
      description: 'JSON Schema of its arguments, as it was approved. Its form is up to the server.',
    }),
    annotations: t.expose('annotations', {
      type: 'JSON',
      description:
        'Hints of the server, such as readOnlyHint, as they were approved; believed only of a trusted server. Their form is up to the server.',
    }),
    server: t.relation('server', {
      type: ServerRef,
      nullable: true,
      description: 'The server it was discovered on; null for a command line tool.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was discovered.' }),
    viewerCan: t.field(viewerCan('ToolDefinition')),
  }),
});

defineList(ToolDefinitionRef, toolListing, { enums: { kind: ToolKindRef } }).toQuery(
  'tools',
  'The catalogue of tools, newest first, without those of archived servers. For VIEWER and above.',
);
