import { once } from 'node:events';
import { execute, getNamedType, type GraphQLObjectType, isLeafType, isObjectType, parse } from 'graphql';
import { expect, it } from 'vitest';
import WebSocket from 'ws';
import { claimExecution } from '../src/domains/execution/execution.claim.ts';
import { finishExecution } from '../src/domains/execution/execution.lifecycle.ts';
import { ringLog } from '../src/domains/execution/execution.bell.ts';
import { event, writeLog } from '../src/domains/execution-event/execution-event.log.ts';
import { readLog } from '../src/domains/execution-event/execution-event.read.ts';
import { type Role, ROLES } from '../src/domains/policy.ts';
import type { ExecutionEventType } from '../src/generated/prisma/enums.ts';
import { globalId } from '../src/graphql/ids.ts';
import { createSchema } from '../src/schema.ts';
import { openTestApp } from './setup/app.ts';
import { EVENTS_OF_ALL_TYPES } from './setup/events.ts';
import { contextOfViewer } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedRun } from './setup/run.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { url, tokenOf } = await openTestApp(testMachine);
const schema = createSchema();

const selectionOf = (type: GraphQLObjectType, depth: number): string =>
  Object.values(type.getFields())
    .map((field) => {
      const inner = getNamedType(field.type);
      if (isLeafType(inner)) return field.name;
      const isDeeper = isObjectType(inner) && depth > 0;
      return `${field.name} { ${isDeeper ? selectionOf(inner, depth - 1) : '__typename'} }`;
    })
    .join(' ');
/** One for each type, with all that it has, by the id of its operation. */
const QUERIES = schema
  .getPossibleTypes(schema.getType('ExecutionEvent') as never)
  .map((type): [id: string, query: string] => [
    `ü ${type.name}`,
    `subscription ($id: ID!, $after: Int) { told: executionEvents(executionId: $id, after: $after) {
      typeName: __typename id seq ... on ${type.name} { ${selectionOf(type, 2)} }
    } }`,
  ]);

/** The run of somebody with this role, its log, and its watcher. */
async function watchedRun(role: Role) {
  const { executionId, viewer: owner } = await seedRun(machine);
  const viewer = role === 'ADMIN' ? owner : await seedMember(machine, owner.organizationId, role);
  // A USER sees their own runs alone.
  if (role === 'USER')
    await machine.db.taskExecution.update({
      where: { id: executionId },
      data: { startedById: viewer.userId },
    });
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { fence } = claim.execution;
  return {
    viewer,
    executionId,
    token: await tokenOf(viewer),
    variables: { id: globalId('TaskExecution', executionId), after: 2 },
    async append() {
      const events = Object.entries(EVENTS_OF_ALL_TYPES)
        .filter(([type]) => type !== 'STATUS_CHANGED')
        .map(([type, payload]) => event(type as ExecutionEventType, payload, new Date()));
      const head = await writeLog(machine.sql, { executionId, guard: { fence }, events });
      ringLog(machine, executionId, head!);
    },
    finish: () =>
      finishExecution(machine, {
        ...{ executionId, fence, events: [] },
        outcome: { status: 'COMPLETED', output: '' },
      }),
  };
}

/** What the executor makes of each event of the log. */
async function plainAnswers(run: Awaited<ReturnType<typeof watchedRun>>, query: string) {
  const log = await readLog(machine.sql, { executionId: run.executionId, after: 2, limit: 100 });
  const answers = log.map(async (rootValue) =>
    execute({
      ...{ schema, rootValue, document: parse(query), variableValues: run.variables },
      contextValue: contextOfViewer(machine, run.viewer),
    }),
  );
  return (await Promise.all(answers)).map(({ data, errors }) => ({
    text: JSON.stringify({ data }),
    paths: errors?.map(({ path }) => path?.join('.')) ?? [],
  }));
}

/** The text of the data of a message, and where something is amiss in it. */
const readAnswer = (payload: string) => {
  const { errors } = JSON.parse(payload) as { errors?: { path: string[] }[] };
  const from = payload.indexOf(',"errors":[');
  return {
    text: from < 0 ? payload : `${payload.slice(0, from)}}`,
    paths: errors?.map(({ path }) => path.join('.')) ?? [],
  };
};

it.each(ROLES)(
  '[EXE-4] for %s a socket and an event stream carry what the executor makes, byte by byte',
  async (role) => {
    const run = await watchedRun(role);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const messages: string[] = [];
    socket.on('message', (data) => messages.push(String(data)));
    const authorization = `Bearer ${run.token}`;
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await expect.poll(() => messages.length).toBe(1);
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization };
    const streams = QUERIES.map(async ([id, query]) => {
      const payload = { query, variables: run.variables };
      socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
      const request = { method: 'POST', headers, body: JSON.stringify(payload) };
      return (await fetch(`${url}/graphql`, request)).text();
    });
    await expect.poll(() => machine.tails.size).toBe(1);
    await run.append();
    await run.append();
    await run.finish();
    const texts = await Promise.all(streams);
    const isComplete = (text: string) => text.endsWith('"type":"complete"}');
    await expect.poll(() => messages.filter(isComplete).length).toBe(QUERIES.length);
    socket.close();

    for (const [index, [id, query]] of QUERIES.entries()) {
      const plain = await plainAnswers(run, query);
      expect(plain).toHaveLength(35);
      const prefix = `{"id":"${id}","type":"next","payload":`;
      const own = messages.filter((text) => text.startsWith(prefix));
      expect(own.map((text) => readAnswer(text.slice(prefix.length, -1)))).toEqual(plain);
      const frames = [...texts[index]!.matchAll(/^id: (.*)\nevent: next\ndata: (.*)$/gm)];
      expect(frames.map((frame) => Number(frame[1]))).toEqual(plain.map((_, place) => place + 3));
      expect(frames.map((frame) => readAnswer(frame[2]!))).toEqual(plain);
    }
  },
);
