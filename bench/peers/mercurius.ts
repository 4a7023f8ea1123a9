/** Peer: Fastify and mercurius with Prisma, compiled execution switched on as its documentation recommends. Authorizes nobody. */
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import mercurius, { type IResolvers } from 'mercurius';
import { announce } from '../harness/calls.ts';
import { TYPE_DEFS } from '../list-query/document.ts';
import { createResolvers, openPrisma } from '../list-query/prisma-resolvers.ts';

const app = fastify();
await app.register(mercurius, {
  schema: TYPE_DEFS,
  resolvers: createResolvers(openPrisma(), 'join') as unknown as IResolvers,
  jit: 1,
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce({ port: (app.server.address() as AddressInfo).port });
