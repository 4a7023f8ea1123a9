import { builder } from '../../graphql/builder.ts';
import { optionalLocalId } from '../../graphql/ids.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { defineIdMutation } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { ServerCredentialsInput, serverPayload, ServerPresetInput } from './server-mutations.schema.ts';
import { type ServerProbe, syncServerTools, testServer } from './server-probe.service.ts';
import { ServerProtocolRef } from './server.schema.ts';

const ServerProbeToolRef = builder.objectRef<ServerProbe['tools'][number]>('ServerProbeTool').implement({
  access: 'carried',
  description: 'A tool that a contacted server offers.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name, as the server gives it.' }),
    description: t.exposeString('description', {
      nullable: false,
      description: 'What it does, in the words of the server.',
    }),
  }),
});

const ServerProbeRef = builder.objectRef<ServerProbe>('ServerProbe').implement({
  access: 'carried',
  description: 'What came of contacting a server.',
  fields: (t) => ({
    isReachable: t.exposeBoolean('isReachable', { nullable: false, description: 'Whether it answered.' }),
    message: t.exposeString('message', {
      nullable: false,
      description: 'A sentence for people: who answered, or why nobody did and what to do.',
    }),
    protocolVersion: t.exposeString('protocolVersion', {
      nullable: true,
      description: 'Version of the protocol that was agreed on; null when it did not answer.',
    }),
    latencyMs: t.exposeInt('latencyMs', {
      nullable: true,
      description: 'Milliseconds of its answer; null when it did not answer.',
    }),
    tools: t.expose('tools', {
      type: [ServerProbeToolRef],
      nullable: false,
      description: 'The tools it offers.',
    }),
  }),
});

const ServerTestPayload = builder.objectRef<{ probe: ServerProbe }>('ServerTestPayload').implement({
  access: 'carried',
  description: 'The server was contacted, with or without success.',
  fields: (t) => ({
    probe: t.expose('probe', {
      type: ServerProbeRef,
      nullable: false,
      description: 'What came of it.',
    }),
  }),
});

defineMutation('serverTest', {
  type: ServerTestPayload,
  access: { action: 'test', noun: 'ServerConfiguration' },
  description:
    'Contacts a server and tells what it offers, or why it cannot be reached. Nothing is saved of a connection without id. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'A saved server, or a connection that is not saved.',
  inputType: 'Either the id of a saved server, or a connection that is not saved yet.',
  fields: (t) => ({
    serverId: t.id({ description: 'A saved server; what is found is stored with it.' }),
    protocol: t.field({ type: ServerProtocolRef, description: 'What the server speaks.' }),
    url: t.string({ description: 'Address of its endpoint; null or left out for a program.' }),
    command: t.string({
      description:
        'Program to start, instead of an address or a preset; for whom `viewerCanNameServerCommand` is true.',
    }),
    args: t.stringList({ description: 'Arguments of the command.' }),
    preset: t.field({ type: ServerPresetInput, description: 'Program of the operator to start.' }),
    credentials: t.field({ type: ServerCredentialsInput, description: 'What it is told to let us in.' }),
  }),
  resolve: async ({ serverId, ...input }, ctx) => ({
    probe: await testServer(ctx, {
      ...input,
      serverId: optionalLocalId('ServerConfiguration', serverId, 'input', 'serverId'),
    }),
  }),
});

defineIdMutation('serverSyncTools', {
  type: serverPayload('ServerSyncTools', 'The server with its tools as they are now.'),
  noun: 'ServerConfiguration',
  action: 'sync',
  argument: 'serverId',
  which: 'the server whose tools to read',
  description:
    'Reads the tools of an MCP server. New ones are added, changed ones are held as DRIFTED until they are approved, vanished ones are MISSING. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: syncServerTools,
});
