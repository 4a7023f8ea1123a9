import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { findIsolation, type ProgramIsolation } from './mcp-target.ts';
import { ServerRef } from './server.schema.ts';

const ServerNetworkRef = defineEnum('ServerNetwork', 'Which network a program reaches.', {
  NONE: 'None, not even the machine itself.',
  OPEN: 'All that the machine reaches.',
});

const ServerFileSystemRef = defineEnum('ServerFileSystem', 'Which files a program sees.', {
  PRIVATE: 'Programs of the system, the folders of its preset and that of the agent.',
  SHARED: 'All that the user of the studio sees.',
});

const ServerUserRef = defineEnum('ServerUser', 'As whom a program runs.', {
  NAMESPACE: 'In a namespace of its own: without privileges, and without a view of other processes.',
  SAME: 'As the user of the studio, beside its processes.',
});

const ServerIsolationRef = builder.objectRef<ProgramIsolation>('ServerIsolation').implement({
  access: 'carried',
  description:
    'What the program of a server is kept from, as the machine that answers can do it. Workers on other machines may differ.',
  fields: (t) => ({
    hasOwnEnvironment: t.exposeBoolean('environment', {
      nullable: false,
      description: 'Whether it gets the variables that were declared for it, and no others.',
    }),
    hasProcessGroup: t.exposeBoolean('processGroup', {
      nullable: false,
      description: 'Whether it is ended with everything that it has started.',
    }),
    hasLimits: t.exposeBoolean('limits', {
      nullable: false,
      description: 'Whether its memory and open files are bounded.',
    }),
    network: t.expose('network', {
      type: ServerNetworkRef,
      nullable: false,
      description: 'Which network it reaches.',
    }),
    fileSystem: t.expose('fileSystem', {
      type: ServerFileSystemRef,
      nullable: false,
      description: 'Which files it sees.',
    }),
    user: t.expose('user', {
      type: ServerUserRef,
      nullable: false,
      description: 'As whom it runs.',
    }),
  }),
});

builder.prismaObjectField(ServerRef, 'isolation', (t) =>
  t.field({
    type: ServerIsolationRef,
    nullable: true,
    description:
      'What its program is kept from; null for one with an address, and for one whose preset is gone.',
    select: { command: true, preset: true },
    resolve: (server, _args, ctx) => findIsolation(ctx, server),
  }),
);
