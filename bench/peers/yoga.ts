/** Peer: Yoga on node:http, with Prisma. Authorizes nobody. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { announce } from '../harness/calls.ts';
import { TYPE_DEFS } from '../list-query/document.ts';
import { createResolvers, openPrisma } from '../list-query/prisma-resolvers.ts';

const schema = createSchema({ typeDefs: TYPE_DEFS, resolvers: createResolvers(openPrisma(), 'join') });
const yoga = createYoga({ schema, logging: false });
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => announce({ port: (server.address() as AddressInfo).port }));
