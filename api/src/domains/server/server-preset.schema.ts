import { builder } from '../../graphql/builder.ts';
import type { PresetParameter, StdioPreset } from '../stdio-preset.ts';
import { listPresets, mayNameCommand } from './server-preset.service.ts';
import { offeredPresets } from './stdio.ts';
import { presetOf } from './server.connection.ts';
import { ServerRef } from './server.schema.ts';

const ServerPresetParameterType = builder.enumType('ServerPresetParameterType', {
  description: 'What a value of a parameter is.',
  values: {
    STRING: { value: 'string', description: 'One line of text; see `pattern`.' },
    FOLDER: {
      value: 'folder',
      description: 'A folder, below the one that the operator set or that of the agent.',
    },
    ENUM: { value: 'enum', description: 'One of its `values`.' },
  } as const,
});

const ServerPresetParameterRef = builder.objectRef<PresetParameter>('ServerPresetParameter').implement({
  access: 'carried',
  description: 'What whoever chooses a preset may decide.',
  fields: (t) => ({
    name: t.exposeString('name', {
      nullable: false,
      description: 'By what name a server sets it in `parameters`.',
    }),
    title: t.exposeString('title', { nullable: false, description: 'What people call it, in a form.' }),
    description: t.exposeString('description', {
      nullable: false,
      description: 'What it decides; empty when the operator did not say.',
    }),
    type: t.expose('type', {
      type: ServerPresetParameterType,
      nullable: false,
      description: 'What kind of value it takes.',
    }),
    pattern: t.string({
      nullable: true,
      description: 'Regular expression that a value has to match as a whole; null when there is none.',
      resolve: ({ pattern }) => pattern ?? null,
    }),
    values: t.stringList({
      nullable: true,
      description: 'What may be chosen; null for other types than ENUM.',
      resolve: ({ values }) => values ?? null,
    }),
    default: t.string({
      nullable: true,
      description: 'What it is when it is left out; null when it is required.',
      resolve: ({ default: value }) => value ?? null,
    }),
  }),
});

const ServerPresetRef = builder.objectRef<StdioPreset>('ServerPreset').implement({
  access: 'carried',
  description: 'A program that the operator of the studio lets organizations start as an MCP server.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is chosen by.' }),
    title: t.exposeString('title', { nullable: false, description: 'What people call it, in a form.' }),
    description: t.exposeString('description', {
      nullable: false,
      description: 'What it offers; empty when the operator did not say.',
    }),
    parameters: t.expose('parameters', {
      type: [ServerPresetParameterRef],
      nullable: false,
      description: 'What may be decided about it.',
    }),
    environment: t.exposeStringList('environment', {
      nullable: false,
      description: 'Names of the environment variables that it accepts as credentials.',
    }),
    startLimitMs: t.exposeInt('startLimitMs', {
      nullable: false,
      description: 'Milliseconds that it is given to start.',
    }),
    hasNetwork: t.exposeBoolean('needsNetwork', {
      nullable: false,
      description: 'Whether it may use the network, where the machine can deny it.',
    }),
  }),
});

builder.queryField('serverPresets', (t) =>
  t.field({
    type: [ServerPresetRef],
    access: { action: 'create', noun: 'ServerConfiguration' },
    description:
      'The programs that this studio lets organizations start as MCP servers, as its operator wrote them into the file of STUDIO_STDIO_PRESETS; empty where stdio is switched off. For MANAGER and above.',
    resolve: (_root, _args, ctx) => listPresets(ctx),
  }),
);

builder.queryField('viewerCanNameServerCommand', (t) =>
  t.boolean({
    access: { action: 'create', noun: 'ServerConfiguration' },
    description:
      "Whether you may have the studio start any command as an MCP server, which is as much as owning its machine: where STUDIO_STDIO is ADMIN, administrators of the operator's organization may. For MANAGER and above.",
    resolve: (_root, _args, ctx) => mayNameCommand(ctx),
  }),
);

const ServerPresetValueRef = builder
  .objectRef<{ name: string; value: string }>('ServerPresetValue')
  .implement({
    access: 'carried',
    description: 'What a parameter of a preset was set to.',
    fields: (t) => ({
      name: t.exposeString('name', {
        nullable: false,
        description: 'Name of the parameter, as the preset declares it.',
      }),
      value: t.exposeString('value', { nullable: false, description: 'To what it was set, as text.' }),
    }),
  });

interface PresetUse {
  name: string;
  parameters: { name: string; value: string }[];
  offered: StdioPreset | null;
}

const ServerPresetUseRef = builder.objectRef<PresetUse>('ServerPresetUse').implement({
  access: 'carried',
  description: 'The preset that a server starts.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'The name by which it was chosen.' }),
    title: t.string({
      nullable: true,
      description:
        'What people call it; null when the studio does not offer it any more, and the server cannot start.',
      resolve: ({ offered }) => offered?.title ?? null,
    }),
    parameters: t.expose('parameters', {
      type: [ServerPresetValueRef],
      nullable: false,
      description: 'What its parameters were set to; those that were left out are not among them.',
    }),
  }),
});

builder.prismaObjectField(ServerRef, 'preset', (t) =>
  t.field({
    type: ServerPresetUseRef,
    nullable: true,
    description:
      'The preset that it starts; null for one with an address or a command. For OPERATOR and above.',
    select: { preset: true, presetParameters: true },
    resolve: (server, _args, ctx) => {
      const choice = presetOf(server);
      return (
        choice && {
          name: choice.name,
          parameters: Object.entries(choice.parameters).map(([name, value]) => ({ name, value })),
          offered: offeredPresets(ctx.settings).find(({ name }) => name === choice.name) ?? null,
        }
      );
    },
  }),
);
