import { builder } from '../../graphql/builder.ts';
import { planServerDeletion, type ServerDeletion } from './server.deletion.ts';
import { ServerRef } from './server.schema.ts';

const ServerDeletionEffectRef = builder.enumType('ServerDeletionEffect', {
  description: 'What `serverDelete` would do with a server as it is now.',
  values: {
    REFUSED: { value: 'REFUSED', description: 'Nothing: agents use it.' },
    ARCHIVED: {
      value: 'ARCHIVED',
      description:
        'With `force`, keep it for its history, without its credentials. Without `force`, nothing.',
    },
    DELETED: { value: 'DELETED', description: 'Delete it: it was never used.' },
  } as const,
});

const ServerDeletionRef = builder.objectRef<ServerDeletion>('ServerDeletion').implement({
  access: 'carried',
  description: 'What `serverDelete` would do now, and why; asked again when it is called.',
  fields: (t) => ({
    effect: t.expose('effect', {
      type: ServerDeletionEffectRef,
      nullable: false,
      description: 'What would happen.',
    }),
    reason: t.exposeString('reason', {
      nullable: false,
      description: 'A sentence for people: why, and what to do when it is refused.',
    }),
  }),
});

builder.prismaObjectField(ServerRef, 'deletion', (t) =>
  t.field({
    type: ServerDeletionRef,
    nullable: true,
    description:
      'What `serverDelete` would do with it now; null once it is archived. For those who may delete it.',
    select: { id: true, organizationId: true, archivedAt: true },
    resolve: ({ id, organizationId, archivedAt }, _args, ctx) =>
      archivedAt ? null : planServerDeletion(ctx, ctx.db, { organizationId, serverId: id }),
  }),
);
