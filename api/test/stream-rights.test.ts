import { expect, it } from 'vitest';
import { ringLog } from '../src/domains/execution/execution.bell.ts';
import { claimExecution } from '../src/domains/execution/execution.claim.ts';
import { finishExecution } from '../src/domains/execution/execution.lifecycle.ts';
import { event, writeLog } from '../src/domains/execution-event/execution-event.log.ts';
import { globalId } from '../src/graphql/ids.ts';
import { EVERYONE } from '../src/platform/pubsub.ts';
import { openTestApp } from './setup/app.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedRun } from './setup/run.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { url, tokenOf, post } = await openTestApp(testMachine);

it('[AUTHZ-3] a stream ends when its watcher may not see the run any more', async () => {
  const { executionId, viewer } = await seedRun(machine);
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { fence, organizationId } = claim.execution;
  // A VIEWER sees every run of the organization, a USER only runs of its own.
  const member = await seedMember(machine, organizationId, 'VIEWER');
  expect(member.userId).not.toBe(viewer.userId);
  const token = await tokenOf(member);
  const stream = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({
      query:
        'subscription ($id: ID!) { executionEvents(executionId: $id) { seq ... on OutputAppended { text } } }',
      variables: { id: globalId('TaskExecution', executionId) },
    }),
  });

  const reader = stream.body!.getReader();
  let delivered = '';
  const readOn = async (until: string | null) => {
    while (until === null || !delivered.includes(until)) {
      const { done, value } = await reader.read();
      if (done) return;
      delivered += Buffer.from(value).toString();
    }
  };
  await readOn('"seq":2');

  await machine.db.user.update({ where: { id: member.userId }, data: { role: 'USER' } });
  machine.pubsub.ring('identity', EVERYONE, { organizationId, userId: member.userId, sessionId: null });
  // The rights that the API goes by, not the row: a USER may not read the plan.
  const denied = async () =>
    (await post(token, '{ organization { plan } }')).body.errors?.[0]?.extensions.code;
  await expect.poll(denied, { timeout: 5_000 }).toBe('FORBIDDEN');

  const events = [event('OUTPUT_APPENDED', { text: 'not for every USER' }, new Date())];
  const head = await writeLog(machine.sql, { executionId, guard: { fence }, events });
  ringLog(machine, executionId, { organizationId, lastSeq: head!.lastSeq });
  await finishExecution(machine, {
    executionId,
    fence,
    outcome: { status: 'COMPLETED', output: '' },
    events: [],
  });
  await readOn(null);
  expect(delivered).not.toContain('not for every USER');
  expect(delivered).toMatch(/"code":"(NOT_FOUND|FORBIDDEN)"/);
});
