import type { ServerToolStatus, ToolKind } from '../../generated/prisma/enums.ts';
import { oneOf, reference, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { serverToolPolicy, toolDefinitionPolicy, toolPermissionPolicy } from './tool.policy.ts';

/** Tools of an archived server are history: listed when that server is asked for by its id. */
export const toolListing = defineListing({
  policy: toolDefinitionPolicy,
  thing: 'tool',
  things: 'tools',
  filters: {
    kind: oneOf<ToolKind>('kind', 'By where they come from.'),
    name: text('name', 'Conditions on the name of the tool.'),
    serverId: {
      ...reference(
        'ServerConfiguration',
        'server',
        'Those that were discovered on this server, which may be archived.',
      ),
      otherwise: { OR: [{ serverId: null }, { server: { archivedAt: null } }] },
    },
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was discovered.'),
    NAME: by('name', 'text', 'By the name of the tool, in the order of the alphabet.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});

export const serverToolListing = defineListing({
  policy: serverToolPolicy,
  thing: 'tool of a server',
  things: 'tools of servers',
  filters: {
    serverId: {
      ...reference('ServerConfiguration', 'server', 'Those of this server, which may be archived.'),
      otherwise: { server: { archivedAt: null } },
    },
    status: oneOf<ServerToolStatus>('status', 'By how they stand on their server.'),
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was discovered.'),
    NAME: by('tool.name', 'text', 'The name of the tool.', ['tool']),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});

/** Read one by one, or all of an agent. */
export const toolPermissionListing = defineListing({
  policy: toolPermissionPolicy,
  thing: 'tool permission',
  things: 'tool permissions',
  filters: {},
  orders: {},
});
