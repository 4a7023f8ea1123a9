import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { planServerDeletion, type ServerDeletion } from './server.deletion.ts';
import { ServerRef } from './server.schema.ts';

const ServerDeletionEffectRef = defineEnum(
  'ServerDeletionEffect',
  'What `serverDelete` would do with a server as it is now.',
  {
    REFUSED: 'Nothing: agents use it.',
    ARCHIVED: 'With `force`, keep it for its history, without its credentials. Without `force`, nothing.',
    DELETED: 'Delete it: it was never used.',
  },
);

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
