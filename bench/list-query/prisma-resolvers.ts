import { PrismaPg } from '@prisma/adapter-pg';
import { GraphQLScalarType } from 'graphql';
import pg from 'pg';
import { PrismaClient } from '../../api/src/generated/prisma/client.ts';
import { required } from '../harness/required.ts';
import { AT_WORK, globalId, statusOf } from './document.ts';

/** As many connections as the product has. */
const POOL_SIZE = 20;

export const openPrisma = (): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg(new pg.Pool({ connectionString: required('DATABASE_URL'), max: POOL_SIZE })),
  });

/** How Prisma loads what is nested: one statement with LATERAL joins, or one more statement a level. */
export type Loading = 'join' | 'query';

/**
 * Resolvers as one writes them with Prisma: the resolver of the list loads what is below it, in one call. They authorize
 * nobody; the organization is a constant.
 */
export function createResolvers(prisma: PrismaClient, relationLoadStrategy: Loading) {
  const organizationId = required('ORGANIZATION_ID');
  return {
    DateTime: new GraphQLScalarType({
      name: 'DateTime',
      serialize: (value) => (value as Date).toISOString(),
    }),
    Query: {
      agents: async (
        _root: unknown,
        { first }: { first: number },
        _context: unknown,
        info: { variableValues: Record<string, unknown> },
      ) => {
        const agents = await prisma.agent.findMany({
          relationLoadStrategy,
          where: { organizationId, archivedAt: null },
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: first + 1,
          include: {
            _count: { select: { executions: { where: { status: { in: [...AT_WORK] } } } } },
            executions: {
              orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
              take: info.variableValues['runs'] as number,
              select: {
                id: true,
                kind: true,
                status: true,
                createdAt: true,
                startedAt: true,
                finishedAt: true,
              },
            },
          },
        });
        return {
          edges: agents.slice(0, first).map((node) => ({ node })),
          pageInfo: { hasNextPage: agents.length > first },
        };
      },
    },
    Agent: {
      id: ({ id }: { id: string }) => globalId('Agent', id),
      status: ({ state, _count }: { state: string; _count: { executions: number } }) =>
        statusOf(state, _count.executions),
      executions: ({ executions }: { executions: object[] }) => ({
        edges: executions.map((node) => ({ node })),
      }),
    },
    Execution: { id: ({ id }: { id: string }) => globalId('TaskExecution', id) },
  };
}
