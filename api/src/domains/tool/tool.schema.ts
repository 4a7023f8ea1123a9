import { builder } from '../../graphql/builder.ts';
import { defineConnection, defineEnumFilter, defineOrder, StringFilter } from '../../graphql/connections.ts';
import { optionalLocalId } from '../../graphql/ids.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ServerRef } from '../server/server.schema.ts';
import { ToolKindRef } from './tool.enums.ts';
import { countTools, listTools, type ToolFilter } from './tool.list.ts';

export const ToolDefinitionRef = builder.prismaNode('ToolDefinition', {
  id: { field: 'id', description: 'Global id.' },
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

const ToolDefinitionConnection = defineConnection(ToolDefinitionRef, 'ToolDefinition', 'tools');
const ToolDefinitionOrder = defineOrder('ToolDefinition', {
  CREATED_AT: 'When it was discovered.',
  NAME: 'Its name.',
});
const ToolKindFilter = defineEnumFilter(ToolKindRef, 'ToolKind');

const ToolDefinitionFilter = builder.inputType('ToolDefinitionFilter', {
  description: 'Which tools to list; all conditions that are given must hold.',
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: 'By name.' }),
    kind: t.field({ type: ToolKindFilter, description: 'By origin.' }),
    serverId: t.id({ description: 'Those that were discovered on this server.' }),
  }),
});

const localFilter = (
  filter: typeof ToolDefinitionFilter.$inferInput | null | undefined,
): ToolFilter | null =>
  filter
    ? { ...filter, serverId: optionalLocalId('ServerConfiguration', filter.serverId, 'filter', 'serverId') }
    : null;

builder.queryField('tools', (t) =>
  t.prismaConnection(
    {
      type: ToolDefinitionRef,
      cursor: 'id',
      access: { action: 'read', noun: 'ToolDefinition' },
      description:
        'The catalogue of tools, newest first, without those of archived servers. For VIEWER and above.',
      args: {
        filter: t.arg({ type: ToolDefinitionFilter, description: 'Which; all when left out.' }),
        orderBy: t.arg({ type: ToolDefinitionOrder, description: 'Another order.' }),
      },
      totalCount: (_root, { filter }, ctx) => countTools(ctx, { filter: localFilter(filter) }),
      resolve: (query, _root, { filter, orderBy }, ctx) =>
        listTools(ctx, { query, filter: localFilter(filter), orderBy }),
    },
    ToolDefinitionConnection,
  ),
);
