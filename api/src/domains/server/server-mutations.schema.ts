import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { defineGonePayload, definePayload } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, PlanLimitError, ValidationError } from '../../platform/errors.ts';
import { serverListing } from './server.list.ts';
import { ServerProtocolRef, ServerRef } from './server.schema.ts';
import { createServer, deleteServer, setServerMaintenance, updateServer } from './server.service.ts';

export const serverPayload = definePayload({
  field: 'server',
  type: ServerRef,
  description: 'The server as it is now.',
  get: serverListing.get,
  key: 'id',
});

const serverLocalId = (id: string) => localId('ServerConfiguration', id, 'input', 'serverId');

const MARKING =
  'Each is a text, or `{ value, isSecret }`: a secret is blotted out of all that its runs say. When it is not said whether it is one, it is, unless name and value are ordinary, as in `NODE_ENV: "production"`.';

export const ServerCredentialsInput = builder.inputType('ServerCredentialsInput', {
  description:
    'What a server is told to prove who the studio is. Stored encrypted and never shown. In an update each part that is left out stays and null clears it.',
  fields: (t) => ({
    bearerToken: t.string({
      description: 'Sent as `Authorization: Bearer …`; for a server with an address.',
    }),
    headers: t.field({
      type: 'JSONObject',
      description: `Further headers by name; for a server with an address. ${MARKING}`,
    }),
    env: t.field({
      type: 'JSONObject',
      description: `The whole environment of the program by name; for a server that is started by a command, or by a preset that accepts the names. ${MARKING}`,
    }),
  }),
});

const URL = 'Address of its Streamable HTTP endpoint (http or https).';
const COMMAND =
  "Program to start, instead of an address or a preset. Whoever may name one owns the machine as much as its operator does: only where STUDIO_STDIO is ADMIN, and for administrators of the operator's organization.";
const ARGS =
  'Arguments of the command, passed on as they are; `{workspace}` stands for the folder of the agent.';
const PRESET = 'Program of the operator to start, instead of an address; see `serverPresets`.';
const STATELESS =
  'True when it keeps nothing between calls: runs may share a connection. Otherwise each run has one of its own';

export const ServerPresetInput = builder.inputType('ServerPresetInput', {
  description: 'A preset of the operator, with what may be decided about it.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, as `serverPresets` tells it.' }),
    parameters: t.field({
      type: [
        builder.inputType('ServerPresetValueInput', {
          description: 'What a parameter of a preset is set to.',
          fields: (f) => ({
            name: f.string({
              required: true,
              description: 'Name of the parameter, as the preset declares it.',
            }),
            value: f.string({ required: true, description: 'Its value, checked against type and pattern.' }),
          }),
        }),
      ],
      description: 'Its parameters; those with a default may be left out.',
    }),
  }),
});

const CALL_TIMEOUT = 'Milliseconds after which a call of one of its tools is given up, 1000 to 3600000';

defineMutation('serverCreate', {
  type: serverPayload('ServerCreate', 'The new server.'),
  access: { action: 'create', noun: 'ServerConfiguration' },
  description:
    "Adds a server and reads its tools. One that cannot be reached is saved as OFFLINE, with the reason. For MANAGER and above; with a command for ADMIN of the operator's organization.",
  errors: [ValidationError, NotFoundError, ConflictError, PlanLimitError],
  input: 'What the new server is to be.',
  inputType: 'A new server: MCP with an address, a preset or a command, or SIMULATION with none of them.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name for people, at most 100 characters.' }),
    protocol: t.field({
      type: ServerProtocolRef,
      required: true,
      description: 'The protocol by which the studio talks to it.',
    }),
    description: t.string({ description: 'What it is for.' }),
    url: t.string({ description: URL }),
    command: t.string({ description: COMMAND }),
    args: t.stringList({ description: ARGS }),
    preset: t.field({ type: ServerPresetInput, description: PRESET }),
    isStateless: t.boolean({ description: `${STATELESS}; false when left out.` }),
    callTimeoutMs: t.int({ description: `${CALL_TIMEOUT}; 60000 when left out.` }),
    credentials: t.field({ type: ServerCredentialsInput, description: 'What it is told to let us in.' }),
  }),
  resolve: (input, ctx) => createServer(ctx, input),
});

defineMutation('serverUpdate', {
  type: serverPayload('ServerUpdate', 'The changed server.'),
  access: { action: 'update', noun: 'ServerConfiguration' },
  description:
    "Changes a server; a changed connection is tried at once. For MANAGER and above; with a command for ADMIN of the operator's organization.",
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The server, and what changes of it.',
  inputType: 'Changes of a server: what is left out stays, null clears.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Global id of the server to change.' }),
    name: t.string({ description: 'Its name; the slug stays.' }),
    description: t.string({ description: 'What it is for.' }),
    url: t.string({ description: `${URL} Another host requires the credentials again.` }),
    command: t.string({ description: COMMAND }),
    args: t.stringList({ description: ARGS }),
    preset: t.field({
      type: ServerPresetInput,
      description: `${PRESET} A changed one requires the credentials again.`,
    }),
    isStateless: t.boolean({ description: `${STATELESS}.` }),
    callTimeoutMs: t.int({ description: `${CALL_TIMEOUT}.` }),
    isTrusted: t.boolean({
      description: 'Whether its hints about its tools (read-only, destructive) may be believed.',
    }),
    credentials: t.field({
      type: ServerCredentialsInput,
      description: 'Other credentials; null for none.',
    }),
  }),
  resolve: ({ serverId, ...input }, ctx) => updateServer(ctx, { id: serverLocalId(serverId), input }),
});

defineMutation('serverDelete', {
  type: defineGonePayload('ServerDelete', {
    noun: 'ServerConfiguration',
    field: 'deletedServerId',
    description: 'The server that is gone, or archived.',
    id: 'Its id; an archived server can still be read by it.',
  }),
  access: { action: 'delete', noun: 'ServerConfiguration' },
  description:
    'Deletes a server that no agent uses. One with a history is archived, which `force` must say. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The server to delete, and whether to archive it.',
  inputType: 'The server to delete.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Global id of the server to delete.' }),
    force: t.boolean({
      description:
        'Archive it when it has a history. Its executions stay readable; its credentials are erased.',
    }),
  }),
  resolve: (input, ctx) =>
    deleteServer(ctx, { id: serverLocalId(input.serverId), force: input.force ?? false }),
});

defineMutation('serverSetMaintenance', {
  type: serverPayload('ServerSetMaintenance', 'The server with its new status.'),
  access: { action: 'maintain', noun: 'ServerConfiguration' },
  description:
    'Begins or ends maintenance: no run starts on the server, running ones finish. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  input: 'The server, and whether maintenance begins or ends.',
  inputType: 'Whether a server is in maintenance.',
  fields: (t) => ({
    serverId: t.id({ required: true, description: 'Global id of the server.' }),
    isInMaintenance: t.boolean({ required: true, description: 'True to begin, false to end.' }),
  }),
  resolve: (input, ctx) =>
    setServerMaintenance(ctx, {
      id: serverLocalId(input.serverId),
      isInMaintenance: input.isInMaintenance,
    }),
});
