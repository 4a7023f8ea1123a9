import { builder } from '../../graphql/builder.ts';
import { globalId, optionalLocalId } from '../../graphql/ids.ts';
import type { GraphQLContext } from '../../graphql/context.ts';
import { defineMutation } from '../../graphql/mutation.ts';
import { defineGonePayload } from '../../graphql/payload.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import {
  listSessions,
  logout,
  ownSession,
  refreshSession,
  revokeSessions,
  type SessionTokens,
} from './session.service.ts';
import { InvalidCredentialsError, RegistrationRefusedError } from './user.errors.ts';
import { findViewerUser, login, register } from './user.service.ts';
import { UserRef } from './user.schema.ts';

const SessionRef = builder.prismaNode('Session', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'Session' },
  description: 'One sign-in of a user. Revoking it ends its tokens and streams.',
  select: { id: true, organizationId: true, userId: true },
  fields: (t) => ({
    userAgent: t.exposeString('userAgent', {
      nullable: true,
      description: 'The program that signed in, as it named itself; null when it did not.',
    }),
    address: t.exposeString('address', {
      nullable: true,
      description: 'Network address of the sign-in; null when unknown.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it began.' }),
    lastUsedAt: t.expose('lastUsedAt', {
      type: 'DateTime',
      description: 'When its tokens were last refreshed.',
    }),
    expiresAt: t.expose('expiresAt', {
      type: 'DateTime',
      description: 'When it ends, however often it is refreshed.',
    }),
    isCurrent: t.boolean({
      description: 'Whether this request belongs to it.',
      resolve: (session, _args, ctx) => ctx.viewer !== null && session.id === ownSession(ctx.viewer),
    }),
    viewerCan: t.field(viewerCan('Session')),
  }),
});

builder.queryField('sessions', (t) =>
  t.prismaField({
    type: [SessionRef],
    access: { action: 'read', noun: 'Session' },
    description: 'Your own sessions that are still good, last used first; at most 100.',
    resolve: (query, _root, _args, ctx) => listSessions(ctx, { query }),
  }),
);

function signedInPayload(mutation: 'AuthRegister' | 'AuthLogin' | 'AuthRefresh', description: string) {
  return builder.objectRef<SessionTokens>(`${mutation}Payload`).implement({
    access: 'carried',
    description,
    fields: (t) => ({
      accessToken: t.exposeString('accessToken', {
        nullable: false,
        description:
          'Send it as `Authorization: Bearer …`. A browser need not: it has received it as a cookie.',
      }),
      refreshToken: t.exposeString('refreshToken', {
        nullable: false,
        description: 'Gives new tokens through `authRefresh`, once. Using it twice ends the session.',
      }),
      expiresAt: t.expose('expiresAt', {
        type: 'DateTime',
        nullable: false,
        description: 'When the access token ends.',
      }),
      viewer: t.prismaField({
        type: UserRef,
        nullable: true,
        description: 'Who has signed in.',
        resolve: (query, tokens, _args, ctx) => findViewerUser(ctx, { query, userId: tokens.userId }),
      }),
    }),
  });
}

/** From here on the request acts as the new session, so that the payload's `viewer` can be read. */
async function signIn(ctx: GraphQLContext, tokens: SessionTokens): Promise<SessionTokens> {
  await ctx.become(tokens.sessionId);
  ctx.setSessionCookies(tokens);
  return tokens;
}

defineMutation('authRegister', {
  type: signedInPayload('AuthRegister', 'The first session of the new organization.'),
  access: 'anyone',
  description:
    'Creates an organization with you as its ADMIN, and signs you in; `registration` tells whether you may.',
  errors: [ValidationError, ConflictError, RegistrationRefusedError],
  input: 'Who you are, and the name of the new organization.',
  inputType: 'A new organization with its first member.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'E-mail address, with which you sign in.' }),
    password: t.string({ required: true, description: 'At least 12 characters.' }),
    name: t.string({ required: true, description: 'Your display name.' }),
    organizationName: t.string({ required: true, description: 'Name of the organization to create.' }),
  }),
  resolve: async (input, ctx) => signIn(ctx, await register(ctx, input)),
});

defineMutation('authLogin', {
  type: signedInPayload('AuthLogin', 'A new session and its tokens.'),
  access: 'anyone',
  description: 'Signs in. A browser receives the tokens as httpOnly cookies as well.',
  errors: [ValidationError, InvalidCredentialsError],
  input: 'E-mail address and password.',
  inputType: 'Credentials of a member.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'The e-mail address of your account.' }),
    password: t.string({ required: true, description: 'The password of your account.' }),
  }),
  resolve: async (input, ctx) => signIn(ctx, await login(ctx, input)),
});

defineMutation('authRefresh', {
  type: signedInPayload('AuthRefresh', 'New tokens of the same session; the old refresh token is used up.'),
  access: 'anyone',
  description: 'Exchanges a refresh token for new tokens. Each refresh token works once.',
  errors: [ValidationError, InvalidCredentialsError],
  input: 'The refresh token that is exchanged.',
  inputType: 'The token to rotate.',
  fields: (t) => ({
    refreshToken: t.string({
      description: 'The refresh token; left out by a browser, whose cookie is used.',
    }),
  }),
  resolve: async (input, ctx) => {
    const refreshToken = input.refreshToken ?? ctx.refreshCookie;
    if (!refreshToken)
      throw new InvalidCredentialsError('There is no refresh token. Sign in.', ['input', 'refreshToken']);
    return signIn(ctx, await refreshSession(ctx, { refreshToken }));
  },
});

builder.mutationField('authLogout', (t) =>
  t.field({
    type: defineGonePayload('AuthLogout', {
      noun: 'Session',
      field: 'revokedSessionId',
      description: 'The session that has ended.',
      id: 'Global id of the session that has ended.',
    }),
    access: { action: 'revoke', noun: 'Session' },
    description: 'Ends your present session: its tokens and streams stop at once, on every connection.',
    resolve: async (_root, _args, ctx) => {
      const ended = await logout(ctx);
      ctx.setSessionCookies(null);
      return ended;
    },
  }),
);

const SessionRevokePayload = builder.objectRef<{ sessionIds: string[] }>('SessionRevokePayload').implement({
  access: 'carried',
  description: 'The sessions that have ended.',
  fields: (t) => ({
    revokedSessionIds: t.idList({
      nullable: false,
      description: 'Global ids of the sessions that have ended.',
      resolve: ({ sessionIds }) => sessionIds.map((id) => globalId('Session', id)),
    }),
  }),
});

defineMutation('sessionRevoke', {
  type: SessionRevokePayload,
  access: { action: 'revoke', noun: 'Session' },
  description: 'Ends sessions of yours: a lost laptop, or everything but this one.',
  errors: [ValidationError, NotFoundError],
  input: 'The session to end, or all others.',
  inputType: 'One session, or all others.',
  fields: (t) => ({
    sessionId: t.id({ description: 'The session to end; leave out with `allOthers`.' }),
    allOthers: t.boolean({ description: 'Ends every session of yours but the present one.' }),
  }),
  resolve: (input, ctx) =>
    revokeSessions(ctx, {
      sessionId: optionalLocalId('Session', input.sessionId, 'input', 'sessionId') ?? null,
      allOthers: input.allOthers ?? false,
    }),
});
