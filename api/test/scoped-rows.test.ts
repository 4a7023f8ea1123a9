import { subject } from '@casl/ability';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import {
  type Action,
  ACTIONS,
  createAbility,
  type Role,
  ROLES,
  scoped,
  type Viewer,
} from '../src/domains/policy.ts';
import { runAgent } from '../src/domains/execution/execution.service.ts';
import { contextOf } from '../src/domains/context.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedSimulatedAgent, seedViewer } from './setup/run.ts';

const { machine } = await openTestMachine();

/** Two organizations with three members each. */
const members: Viewer[] = [];
/** A stored run of each organization, as the pattern for others. */
const patterns = new Map<string, Awaited<ReturnType<typeof storedRun>>>();

const storedRun = (id: string) =>
  machine.db.taskExecution.findUniqueOrThrow({
    where: { id },
    select: { organizationId: true, agentId: true, agentRevisionId: true, serverId: true },
  });

beforeAll(async () => {
  for (let count = 0; count < 2; count += 1) {
    const admin = await seedViewer(machine);
    members.push(admin);
    for (const role of ['OPERATOR', 'USER'] as const) {
      members.push(await seedMember(machine, admin.organizationId, role));
    }
    const { agentId } = await seedSimulatedAgent(machine, admin);
    const { executionId } = await runAgent(contextOf(machine, admin), { agentId, prompt: 'Pattern' });
    patterns.set(admin.organizationId, await storedRun(executionId));
  }
  await machine.db.taskExecution.deleteMany();
});

const memberArbitrary = fc.nat({ max: 5 });
const actionArbitrary = fc.constantFrom<Action>(...ACTIONS);
const roleArbitrary = fc.constantFrom<Role>(...ROLES);

/** What SQL finds, what the ability says of the same rows in memory, and how many there are. */
async function compare(
  member: number,
  role: Role,
  action: Action,
  read: {
    noun: 'Session' | 'TaskExecution' | 'User';
    all: () => Promise<{ id: string }[]>;
    find: (ctx: { ability: ReturnType<typeof createAbility> }) => Promise<{ id: string }[]>;
  },
) {
  const ability = createAbility({ ...members[member]!, role }, policies);
  const rows = await read.all();
  const bySql = (await read.find({ ability })).map(({ id }) => id).sort();
  const inMemory = rows
    .filter((row) => ability.can(action, subject(read.noun, { ...row }) as never))
    .map(({ id }) => id)
    .sort();
  return { bySql, inMemory };
}

describe('[AUTHZ-2] What SQL finds is what the ability allows', () => {
  it('[AUTHZ-2] for runs, whoever started them', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ owner: memberArbitrary, isStarted: fc.boolean() }), { maxLength: 12 }),
        memberArbitrary,
        roleArbitrary,
        actionArbitrary,
        async (runs, member, role, action) => {
          await machine.db.taskExecution.deleteMany();
          await machine.db.taskExecution.createMany({
            data: runs.map(({ owner, isStarted }) => ({
              ...patterns.get(members[owner]!.organizationId)!,
              kind: 'PROMPT' as const,
              prompt: 'P',
              snapshot: {},
              startedById: isStarted ? members[owner]!.userId : null,
            })),
          });
          const { bySql, inMemory } = await compare(member, role, action, {
            noun: 'TaskExecution',
            all: () => machine.db.taskExecution.findMany(),
            find: (ctx) =>
              machine.db.taskExecution.findMany({ where: { AND: [scoped(ctx, action, 'TaskExecution')] } }),
          });
          expect(bySql).toEqual(inMemory);
          found += bySql.length;
        },
      ),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('[AUTHZ-2] for sessions, which are their owner’s alone', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(memberArbitrary, { maxLength: 12 }),
        memberArbitrary,
        roleArbitrary,
        fc.constantFrom<Action>('read', 'revoke', 'delete'),
        async (owners, member, role, action) => {
          await machine.db.session.deleteMany();
          await machine.db.session.createMany({
            data: owners.map((owner) => ({
              organizationId: members[owner]!.organizationId,
              userId: members[owner]!.userId,
              expiresAt: new Date('2100-01-01'),
            })),
          });
          const { bySql, inMemory } = await compare(member, role, action, {
            noun: 'Session',
            all: () => machine.db.session.findMany(),
            find: (ctx) => machine.db.session.findMany({ where: { AND: [scoped(ctx, action, 'Session')] } }),
          });
          expect(bySql).toEqual(inMemory);
          found += bySql.length;
        },
      ),
      { numRuns: 60 },
    );
    expect(found).toBeGreaterThan(0);
  });

  it('[AUTHZ-2] for members, of whom a USER sees only itself', async () => {
    for (const role of ROLES) {
      for (let member = 0; member < members.length; member += 1) {
        const { bySql, inMemory } = await compare(member, role, 'read', {
          noun: 'User',
          all: () => machine.db.user.findMany(),
          find: (ctx) => machine.db.user.findMany({ where: { AND: [scoped(ctx, 'read', 'User')] } }),
        });
        expect(bySql).toEqual(inMemory);
        expect(bySql).toHaveLength(role === 'USER' ? 1 : 3);
      }
    }
  });

  it('[AUTHZ-2] and without a rule it finds nothing, however the condition is combined', async () => {
    const ability = createAbility(null, policies);
    const where = scoped({ ability }, 'read', 'User');
    expect(await machine.db.user.count()).toBe(6);
    expect(await machine.db.user.count({ where })).toBe(0);
    expect(await machine.db.user.count({ where: { AND: [where, { name: { not: '' } }] } })).toBe(0);
    const nested = await machine.db.organization.findMany({
      include: { users: { where: { AND: [where] } } },
    });
    expect(nested.flatMap(({ users }) => users)).toEqual([]);
  });
});
