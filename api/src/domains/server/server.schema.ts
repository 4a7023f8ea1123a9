import type { ServerProtocol, ServerStatus } from '../../generated/prisma/enums.ts';
import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { localId, rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { SHARED_CREDENTIALS } from './server.credentials.ts';
import { serverListing } from './server.list.ts';

export const ServerProtocolRef = defineEnum<ServerProtocol>('ServerProtocol', 'What a server speaks.', {
  MCP: 'A tool server: the studio runs the agent and calls its tools, over Streamable HTTP or stdio.',
  AGENT_HOST: 'A host that runs agents itself. Not available in this version.',
  ACP: 'A coding agent that speaks the Agent Client Protocol. Not available in this version.',
  SIMULATION: 'No server at all: runs are simulated and labelled so. Never chosen by the studio itself.',
});

const ServerStatusRef = defineEnum<ServerStatus>(
  'ServerStatus',
  'How a server was found when it was last contacted, or what a person set.',
  {
    UNKNOWN: 'Not contacted yet, or changed since.',
    ONLINE: 'It answered.',
    DEGRADED: 'It answers slowly or not always.',
    OFFLINE: 'It did not answer; see `statusReason`.',
    MAINTENANCE: 'Set by a person: no run starts on it, running ones finish.',
  },
);

export const ServerRef = builder.prismaNode('ServerConfiguration', {
  ...rowOf('ServerConfiguration'),
  description: 'A connection to an MCP tool server, or the simulation. For VIEWER and above.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name for people; two servers may have the same.' }),
    slug: t.exposeString('slug', {
      description:
        'Stands before the names of its tools; made from the first name, unique in the organization.',
    }),
    description: t.exposeString('description', { description: 'What it is for; empty when nobody said.' }),
    protocol: t.expose('protocol', {
      type: ServerProtocolRef,
      description: 'The protocol by which the studio talks to it.',
    }),
    isSimulated: t.boolean({
      description: 'Whether runs on it are simulated.',
      select: { protocol: true },
      resolve: ({ protocol }) => protocol === 'SIMULATION',
    }),
    url: t.exposeString('url', {
      description: 'Its address; null for one that is started as a program. For OPERATOR and above.',
    }),
    command: t.exposeString('command', {
      description:
        'The program that is started; null for one with an address or a preset. For OPERATOR and above.',
    }),
    args: t.exposeStringList('args', {
      description:
        'Arguments of the command; `{workspace}` stands for the folder of the agent. For OPERATOR and above.',
    }),
    hasCredentials: t.boolean({
      description: 'Whether credentials are stored. They can be set but never read.',
      select: { credentials: SHARED_CREDENTIALS },
      resolve: ({ credentials }) => credentials.length > 0,
    }),
    credentialsHint: t.string({
      select: { credentials: SHARED_CREDENTIALS },
      resolve: ({ credentials }) => credentials[0]?.hint ?? null,
      description:
        'The last four characters of the bearer token; null without one or when it is short. For MANAGER and above.',
    }),
    status: t.expose('status', {
      type: ServerStatusRef,
      description: 'How it was found, or what a person set.',
    }),
    statusReason: t.exposeString('statusReason', {
      description:
        'Why it has this status and what to do; of one that is ONLINE, which of its tools were left out and why, or null.',
    }),
    statusChangedAt: t.expose('statusChangedAt', {
      type: 'DateTime',
      description: 'Since when it has this status.',
    }),
    isTrusted: t.exposeBoolean('isTrusted', {
      description:
        'Whether a person declared that its hints about its tools (read-only, destructive) are true.',
    }),
    isStateless: t.exposeBoolean('isStateless', {
      description:
        'Whether a person declared that it keeps nothing between calls: runs share its connections. Otherwise each run has one of its own.',
    }),
    protocolVersion: t.exposeString('protocolVersion', {
      description: 'Version of the protocol that it spoke last; null before the first contact.',
    }),
    latencyMs: t.exposeInt('latencyMs', {
      description: 'Milliseconds of its last answer; null when there was none.',
    }),
    lastProbedAt: t.expose('lastProbedAt', {
      type: 'DateTime',
      description: 'When it was last contacted; null before the first time.',
    }),
    callTimeoutMs: t.exposeInt('callTimeoutMs', {
      description: 'Milliseconds after which a call of one of its tools is given up.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      description: 'When it was deleted and its history kept; null while it is in use.',
    }),
    viewerCan: t.field(viewerCan('ServerConfiguration')),
  }),
});

const ServerList = defineList(ServerRef, serverListing, {
  enums: { protocol: ServerProtocolRef, status: ServerStatusRef },
});
ServerList.toQuery('servers', 'The servers of the organization, newest first. For VIEWER and above.');

builder.queryField('server', (t) =>
  t.prismaField({
    type: ServerRef,
    access: { action: 'read', noun: 'ServerConfiguration' },
    description: 'One server; null with a NOT_FOUND error when there is none, or none for you.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the server.' }) },
    resolve: (query, _root, { id }, ctx) =>
      serverListing.get(ctx, { query, id: localId('ServerConfiguration', id, 'id') }),
  }),
);
