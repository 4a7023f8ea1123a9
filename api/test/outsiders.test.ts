import { beforeAll, describe, expect, it } from 'vitest';
import { ringLog } from '../src/domains/execution/execution.bell.ts';
import { type Role, ROLES, type Viewer } from '../src/domains/policy.ts';
import { localId } from '../src/graphql/ids.ts';
import { createSchema } from '../src/schema.ts';
import { openTestApp } from './setup/app.ts';
import { type Estate, seedEstate } from './setup/estate.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedViewer } from './setup/run.ts';
import { documentOf, fillArguments, type IdInput, listIdInputs } from './source/operations.ts';

/**
 * Calls every operation that takes an id with ids of another organization. The calls are made from the schema: an
 * operation that is added tomorrow is called tomorrow, and one that this file cannot fill in fails it.
 */
const testMachine = await openTestMachine();
const { machine, redis, env } = testMachine;
const { post, url, tokenOf } = await openTestApp(testMachine);
const schema = createSchema();

/** In every text that the other organization has stored. */
const CANARY = 'canary-7f3a';

/** Which noun an input of this name is an id of; null: of any. */
const NOUN_OF: Record<string, string | null> = {
  id: null,
  ids: null,
  agentId: 'Agent',
  approvalId: 'Approval',
  approvalIds: 'Approval',
  inputRequestId: 'InputRequest',
  executionId: 'TaskExecution',
  modelProviderId: 'ModelProvider',
  serverId: 'ServerConfiguration',
  serverToolId: 'ServerTool',
  actorId: 'User',
  sessionId: 'Session',
  supervisorId: 'Agent',
  taskId: 'Task',
  toolId: 'ToolDefinition',
};
/** `id` of a query that gives one thing. */
const NOUN_OF_QUERY: Record<string, string | null> = {
  agent: 'Agent',
  approval: 'Approval',
  execution: 'TaskExecution',
  node: null,
  nodes: null,
  server: 'ServerConfiguration',
  task: 'Task',
};
/** Values without which the input would be refused for another reason than its id. */
const OTHER_VALUES: Record<string, unknown> = { 'agentCreate.input.role': 'WORKER' };

function nounsOf({ field, path }: IdInput): string[] {
  const name = path.at(-1)!;
  const known = name === 'id' || name === 'ids' ? NOUN_OF_QUERY : NOUN_OF;
  const noun = known[known === NOUN_OF ? name : field.name];
  if (noun === undefined) throw new Error(`Say of which noun ${field.name}(${path.join('.')}) takes an id.`);
  return noun === null ? Object.keys(foreign) : [noun];
}

const tokens = {} as Record<Role, string>;
let stranger: Viewer;
let admin: Viewer;
let strangerToken: string;
let own: Estate;
let foreign: Estate;

beforeAll(async () => {
  stranger = await seedViewer(machine);
  await machine.db.user.update({ where: { id: stranger.userId }, data: { name: `${CANARY} user` } });
  await machine.db.organization.update({
    where: { id: stranger.organizationId },
    data: { name: `${CANARY} organization` },
  });
  foreign = await seedEstate(machine, stranger, CANARY);
  strangerToken = await tokenOf(stranger);
  admin = await seedViewer(machine);
  own = await seedEstate(machine, admin, 'own');
  tokens.ADMIN = await tokenOf(admin);
  for (const role of ROLES.filter((other) => other !== 'ADMIN')) {
    tokens[role] = await tokenOf(await seedMember(machine, admin.organizationId, role));
  }
});

interface Answer {
  text: string;
  /** NOT_FOUND and so on, wherever it stands in the answer. */
  codes: string[];
}

async function call(token: string, input: IdInput, id: string, headers = {}): Promise<Answer> {
  // What else is asked for is the caller's own.
  const estate = token === strangerToken ? foreign : own;
  const { field, path } = input;
  const variables = fillArguments(field, path, id, (inlet, at) => {
    const noun = NOUN_OF[inlet.name];
    const isRequired = String(inlet.type).endsWith('!');
    return OTHER_VALUES[[field.name, ...at].join('.')] ?? (noun && isRequired ? estate[noun] : undefined);
  });
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify({ query: documentOf(schema, input), variables }),
  });
  const text = await response.text();
  return { text, codes: [...text.matchAll(/"code":"(\w+)"/g)].map((match) => match[1]!) };
}

const SSE = { accept: 'text/event-stream' };
const isRefusal = (code: string) => code === 'NOT_FOUND' || code === 'FORBIDDEN';
const EMPTY_PAGE = /"(totalCount|entryCount)":0/;
const isFilter = ({ path }: IdInput) => path[0] === 'filter';
const title = ({ kind, field, path }: IdInput) => `${kind} ${field.name}(${path.join('.')})`;

/** What differs between two answers that say the same; one of many results names what was asked for. */
const normalized = ({ text }: Answer) => text.replaceAll(/"(requestId|approvalId)":"[^"]+"/g, '');

/** An id of the same noun that was never given to anything. */
const unknownId = (id: string) => {
  const noun = Buffer.from(id, 'base64').toString().split(':')[0];
  return Buffer.from(`${noun}:00000000-0000-7000-8000-000000000000`).toString('base64');
};

const inputs = listIdInputs(schema).map((input) => ({ name: title(input), input }));
const inputsOf = (...kinds: IdInput['kind'][]) => inputs.filter(({ input }) => kinds.includes(input.kind));

describe('[ORG-2] An id of another organization', () => {
  it('[ORG-2] goes into operations of every kind', () => {
    expect(inputsOf('query').length).toBeGreaterThan(10);
    expect(inputsOf('mutation').length).toBeGreaterThan(20);
    expect(inputsOf('subscription').length).toBeGreaterThan(2);
  });

  it.each(inputsOf('query'))('[ORG-2] is unknown to $name, for every role', async ({ input }) => {
    for (const noun of nounsOf(input)) {
      // Were it the own organization's, the same call would show the canary.
      expect((await call(strangerToken, input, foreign[noun]!)).text, noun).toContain(CANARY);
      for (const role of ROLES) {
        const answer = await call(tokens[role], input, foreign[noun]!);
        const where = `${noun} for ${role}: ${answer.text}`;
        expect(answer.text, where).not.toContain(CANARY);
        expect(normalized(answer), where).toBe(
          normalized(await call(tokens[role], input, unknownId(foreign[noun]!))),
        );
        if (role !== 'ADMIN')
          expect(
            answer.codes.filter((code) => !isRefusal(code)),
            where,
          ).toEqual([]);
        else if (isFilter(input)) expect(answer.text).toMatch(EMPTY_PAGE);
        else expect(answer.codes, where).toEqual(['NOT_FOUND']);
      }
    }
  });

  it.each(inputsOf('mutation'))('[ORG-2] is NOT_FOUND in $name', async ({ input }) => {
    for (const noun of nounsOf(input)) {
      for (const role of ROLES) {
        const answer = await call(tokens[role], input, foreign[noun]!);
        const where = `${noun} for ${role}: ${answer.text}`;
        expect(answer.text, where).not.toContain(CANARY);
        expect(normalized(answer), where).toBe(
          normalized(await call(tokens[role], input, unknownId(foreign[noun]!))),
        );
        if (role === 'ADMIN') expect(answer.codes, where).toEqual(['NOT_FOUND']);
        else expect(answer.codes.every(isRefusal) && answer.codes.length === 1, where).toBe(true);
      }
    }
  });

  it.each(inputsOf('subscription').filter(({ input }) => !isFilter(input)))(
    '[ORG-2] is NOT_FOUND in $name',
    async ({ input }) => {
      const [noun] = nounsOf(input);
      for (const role of ROLES) {
        const answer = await call(tokens[role], input, foreign[noun!]!, SSE);
        expect(answer.codes).toEqual(['NOT_FOUND']);
        expect(answer.text).not.toContain(CANARY);
      }
    },
  );

  it.each(inputsOf('subscription').filter(({ input }) => isFilter(input)))(
    '[ORG-2] lets nothing through in $name',
    async ({ input }) => {
      const [noun] = nounsOf(input);
      const id = foreign[noun!]!;
      const { organizationId } = stranger;
      expect((await watch(await seedMember(machine, organizationId, 'ADMIN'), input, id)).text).toContain(
        CANARY,
      );
      const answer = await watch(await seedMember(machine, admin.organizationId, 'ADMIN'), input, id);
      expect(answer.codes).toEqual(['UNAUTHENTICATED']);
      expect(answer.text).not.toContain(CANARY);
    },
  );
});

/** What a member's stream delivers while a run of the other organization changes; it ends with the member's session. */
async function watch(member: Viewer, input: IdInput, id: string): Promise<Answer> {
  const noun = input.field.name === 'approvalsChanged' ? 'approval' : 'execution';
  const channel = `${env.REDIS_PREFIX}:${noun}:${member.organizationId}`;
  const listeners = async () => ((await redis.pubsub('NUMSUB', channel)) as [string, number])[1];
  const token = await tokenOf(member);
  const watching = call(token, input, id, SSE);
  await expect.poll(listeners).toBe(1);
  ringLog(machine, localId('TaskExecution', foreign['TaskExecution']!), {
    organizationId: stranger.organizationId,
    lastSeq: 3,
  });
  await post(token, 'mutation { authLogout { revokedSessionId } }');
  const answer = await watching;
  await expect.poll(listeners).toBe(0);
  return answer;
}
