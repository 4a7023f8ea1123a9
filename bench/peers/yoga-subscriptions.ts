/** Peer: Yoga, graphql-ws and graphql-redis-subscriptions as their documentation puts them together. No log, nobody's rights. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionArgs } from 'graphql';
import { RedisPubSub } from 'graphql-redis-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { channelOf, type PublishedEvent } from '../fan-out/document.ts';
import { announce } from '../harness/calls.ts';
import { required } from '../harness/required.ts';

const pubsub = new RedisPubSub({
  publisher: new Redis(required('REDIS_URL')),
  subscriber: new Redis(required('REDIS_URL')),
});
const yoga = createYoga({
  logging: false,
  schema: createSchema({
    typeDefs: `
      interface ExecutionEvent { seq: Int! occurredAt: String! }
      type OutputAppended implements ExecutionEvent { seq: Int! occurredAt: String! text: String! }
      type Query { isThere: Boolean! }
      type Subscription { executionEvents(executionId: ID!, after: Int): ExecutionEvent }
    `,
    resolvers: {
      ExecutionEvent: { __resolveType: () => 'OutputAppended' },
      Subscription: {
        executionEvents: {
          subscribe: (_root: unknown, { executionId }: { executionId: string }) =>
            pubsub.asyncIterableIterator<PublishedEvent>(channelOf(executionId)),
          resolve: (event: PublishedEvent) => event,
        },
      },
    },
  }),
});
type Args = ExecutionArgs & { rootValue: { execute: Execute; subscribe: Execute } };
type Execute = (args: ExecutionArgs) => never;

const server = createServer((request, response) => void yoga(request, response));
useServer(
  {
    execute: (args) => (args as Args).rootValue.execute(args),
    subscribe: (args) => (args as Args).rootValue.subscribe(args),
    async onSubscribe(ctx, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...ctx,
        params,
      });
      const args: Args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query) as Args['document'],
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute: execute as Execute, subscribe: subscribe as Execute },
      };
      const errors = validate(args.schema, args.document) as never[];
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }),
);
server.listen(0, '127.0.0.1', () => announce({ port: (server.address() as AddressInfo).port }));
