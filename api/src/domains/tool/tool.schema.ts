import { builder } from '../../graphql/builder.ts';
import { rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ToolKindRef } from './tool.enums.ts';
import { toolListing } from './tool.list.ts';

export const ToolDefinitionRef = builder.prismaNode('ToolDefinition', {
  ...rowOf('ToolDefinition'),
  description:
    'An entry of the catalogue: a tool that was discovered on an MCP server, or a command line tool. For VIEWER and above.',
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
