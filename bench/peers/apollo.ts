/** Peer: Apollo Server on its own HTTP server, with Prisma. Authorizes nobody. */
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { TYPE_DEFS } from '../list-query/document.ts';
import { createResolvers, type Loading, openPrisma } from '../list-query/prisma-resolvers.ts';

const server = new ApolloServer({
  typeDefs: TYPE_DEFS,
  resolvers: createResolvers(openPrisma(), required('LOADING') as Loading),
});
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
announce({ port: Number(new URL(url).port) });
