import { builder } from '../../graphql/builder.ts';
import { rowOf } from '../../graphql/ids.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { defineErrorType } from '../../graphql/errors.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import type { UserRole } from '../../generated/prisma/enums.ts';
import { userListing } from './user.list.ts';
import { findViewerUser } from './user.service.ts';
import { InvalidCredentialsError } from './user.errors.ts';

defineErrorType(
  InvalidCredentialsError,
  'InvalidCredentialsError',
  'The credentials are not accepted. Which part is wrong is not said.',
);

const UserRoleRef = defineEnum<UserRole>(
  'UserRole',
  'What a member may do; each role may do everything that the ones below it may.',
  {
    ADMIN: 'Members, keys, model providers and the organization itself.',
    MANAGER: 'Servers, agents, tools and permissions.',
    OPERATOR: 'Tasks, runs and approvals.',
    VIEWER: 'Sees everything, changes nothing.',
    USER: 'Talks to agents and sees own runs.',
  },
);

export const UserRef = builder.prismaNode('User', {
  ...rowOf('User'),
  description: 'A member of one organization.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name by which other members know the user.' }),
    email: t.exposeString('email', { description: 'E-mail address, with which the user signs in.' }),
    role: t.expose('role', { type: UserRoleRef, description: 'What the user may do.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the user joined.' }),
    organization: t.relation('organization', {
      description: 'The organization the user belongs to.',
    }),
    viewerCan: t.field(viewerCan('User')),
  }),
});

builder.queryField('viewer', (t) =>
  t.prismaField({
    type: UserRef,
    access: 'anyone',
    description: 'Who you are; null when you are not signed in.',
    resolve: (query, _root, _args, ctx) => findViewerUser(ctx, { query }),
  }),
);

defineList(UserRef, userListing, { enums: { role: UserRoleRef } }).toQuery(
  'users',
  'The members of the organization, newest first; a USER sees only itself.',
);
