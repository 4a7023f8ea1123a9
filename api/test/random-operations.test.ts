import { describe, expect, it } from 'vitest';
import { ROLES } from '../src/domains/policy.ts';
import { createSchema } from '../src/schema.ts';
import { openTestApp } from './setup/app.ts';
import { seedEstate } from './setup/estate.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedViewer } from './setup/run.ts';
import { listRootFields } from './source/operations.ts';
import { createRandom, OperationMaker, type RandomOperation } from './source/random-operations.ts';

/**
 * Sends operations made from the schema, as each role and as a stranger: nothing that a client sends is a fault of ours.
 * The seed is in the title; `STUDIO_RANDOM_SEED=… STUDIO_RANDOM_OPERATIONS=2000` repeats or prolongs it.
 */
const SEED = Number(process.env['STUDIO_RANDOM_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
/** Of each role. As many as take a few seconds. */
const OPERATIONS = Number(process.env['STUDIO_RANDOM_OPERATIONS'] ?? 60);
/** Things are deleted on the way: after so many operations there are new ones. */
const OPERATIONS_PER_ESTATE = 50;
/** A subscription that has nothing to say yet is left after this. */
const MOST_SILENCE_MS = 500;

const testMachine = await openTestMachine({ STUDIO_STDIO: 'OFF' });
const { machine } = testMachine;
const { url, tokenOf } = await openTestApp(testMachine);
const schema = createSchema();
const roots = listRootFields(schema);

const NOUN_OF: Record<string, string | null> = {
  agentId: 'Agent',
  executionId: 'TaskExecution',
  modelProviderId: 'ModelProvider',
  serverId: 'ServerConfiguration',
  serverToolId: 'ServerTool',
  sessionId: 'Session',
  supervisorId: 'Agent',
  taskId: 'Task',
  toolId: 'ToolDefinition',
};
const VALUES: Record<string, unknown[]> = {
  'email: String': ['someone@example.com', 'admin@example.com'],
  'password: String': ['correct horse battery', 'short'],
  // Nothing listens there: tests go nowhere else.
  'url: String': ['http://127.0.0.1:1/mcp', 'ws://127.0.0.1:1/'],
  'baseUrl: String': ['http://127.0.0.1:1/v1'],
  'command: String': ['node', 'sh'],
  'first: Int': [1, 5, 20, 100],
  'last: Int': [1, 5],
  // Unless pages are asked for in turn, cursors are those of other lists, or none at all.
  'after: String': ['bm90aGluZw==', '\0', Buffer.from('\0').toString('base64url'), '\ud800'],
  'before: String': ['bm90aGluZw==', '\0', Buffer.from('["\0"]').toString('base64url'), ''],
  'after: Int': [0, 1, 1_000_000],
  'callTimeoutMs: Int': [1_000, 60_000],
  'maxDurationMs: Int': [1_000, 600_000],
};

async function send(
  token: string | null,
  operation: RandomOperation,
): Promise<{ status: number; text: string }> {
  const isStream = operation.kind === 'subscription';
  const leave = new AbortController();
  const timer = isStream ? setTimeout(() => leave.abort(), MOST_SILENCE_MS) : undefined;
  let text = '';
  let status = 0;
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(isStream ? { accept: 'text/event-stream' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query: operation.query, variables: operation.variables }),
      signal: leave.signal,
    });
    status = response.status;
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      if (isStream && text.includes('event: next')) break;
    }
  } catch (error) {
    if (!leave.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    leave.abort();
  }
  return { status, text };
}

describe(`random operations (seed ${SEED})`, () => {
  it.each([...ROLES, null])(
    '[API-5] of %s are answered without a fault of ours',
    { timeout: 30_000 + OPERATIONS * 500 },
    async (role) => {
      const random = createRandom(SEED + ROLES.indexOf(role ?? 'USER') + (role ? 1 : 0));
      let token: string | null = null;
      let maker: OperationMaker | null = null;
      const failures: string[] = [];
      let answered = 0;
      for (let index = 0; index < OPERATIONS; index += 1) {
        if (index % OPERATIONS_PER_ESTATE === 0) {
          const admin = await seedViewer(machine);
          const ids = await seedEstate(machine, admin, 'own');
          token = role && (await tokenOf(await seedMember(machine, admin.organizationId, role)));
          maker = new OperationMaker(schema, random, ids, NOUN_OF, VALUES);
        }
        const root = maker!.pick(roots.filter(({ field }) => field.name !== 'authLogout'));
        const operation = maker!.make(root);
        const { status, text } = await send(token, operation);
        const isFault = status >= 500 || /"code":"INTERNAL"|"errors":\[\{(?!.*"requestId")/.test(text);
        if (isFault) failures.push(`${status} ${text}\n${JSON.stringify(operation)}`.slice(0, 3_000));
        if (isPayload(text, operation)) answered += 1;
      }
      expect(failures).toEqual([]);
      // Operations that are all refused would prove nothing.
      if (role === 'ADMIN') expect(answered / OPERATIONS).toBeGreaterThan(0.15);
    },
  );
});

/** Whether it came to a result, and not to a refusal. */
const isPayload = (text: string, { kind, name }: RandomOperation): boolean =>
  kind === 'mutation' ? /"__typename":"\w+Payload"/.test(text) : new RegExp(`"${name}":[[{]`).test(text);
