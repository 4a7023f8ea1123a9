import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ApiClient, openApiClient, runPrompt } from './setup/api-client.ts';
import { findViolations, newVisitor, openBrowser, signIn } from './setup/browser.ts';

interface Ids {
  servers: {
    edges: { node: { id: string; tools: { edges: { node: { tool: { id: string; name: string } } }[] } } }[];
  };
  modelProviders: { edges: { node: { id: string } }[] };
}

let browser: Browser;
let api: ApiClient;
beforeAll(async () => {
  browser = await openBrowser();
  api = await openApiClient();
});
afterAll(async () => {
  await api.close();
  await browser.close();
});

/** An agent that asks before it writes a file. */
async function addCarefulAgent(name: string): Promise<string> {
  const { servers, modelProviders } = await api.send<Ids>(
    `{ servers(filter: { name: { equals: "Workspace files" } }) {
         edges { node { id tools(first: 100) { edges { node { tool { id name } } } } } } }
       modelProviders { edges { node { id } } } }`,
  );
  const [{ node: server }] = servers.edges as [Ids['servers']['edges'][0]];
  const tool = server.tools.edges.map(({ node }) => node.tool).find((one) => one.name === 'write_file')!;
  const { agentCreate } = await api.send<{ agentCreate: { agent: { id: string } } }>(
    'mutation ($input: AgentCreateInput!) { agentCreate(input: $input) { ... on AgentCreatePayload { agent { id } } } }',
    {
      input: { name, role: 'WORKER', serverId: server.id, modelProviderId: modelProviders.edges[0]!.node.id },
    },
  );
  const agentId = agentCreate.agent.id;
  await api.send('mutation ($input: AgentValidateInput!) { agentValidate(input: $input) { __typename } }', {
    input: { agentId },
  });
  await api.send(
    'mutation ($input: ToolPermissionSetInput!) { toolPermissionSet(input: $input) { __typename } }',
    {
      input: { agentId, toolId: tool.id, effect: 'ASK' },
    },
  );
  return agentId;
}

const runPath = (executionId: string) => `/executions/${encodeURIComponent(executionId)}`;
const isOver = (page: Page, status: string) => page.getByText(status, { exact: true }).first().waitFor();

describe('a call that waits for a person', () => {
  it('[EXE-7] is approved with other arguments in one tab, and seen in another', async () => {
    const name = 'Careful writer';
    const agentId = await addCarefulAgent(name);
    const executionId = await runPrompt(api, name, 'Write a note. [[pace:0]]');
    const visitor = await newVisitor(browser);
    const watching = await visitor.openTab(runPath(executionId));
    await signIn(watching, 'Write a note. [[pace:0]]');
    await watching.getByRole('heading', { name: 'Waits for approval of write_file' }).waitFor();
    await watching.waitForLoadState('networkidle');
    expect(await findViolations(watching, 'everything')).toEqual([]);

    const deciding = await visitor.openTab('/approvals');
    await deciding.getByRole('link', { name: 'write_file' }).first().waitFor();
    await deciding.waitForLoadState('networkidle');
    expect(await findViolations(deciding, 'everything')).toEqual([]);
    await deciding.getByRole('link', { name: 'write_file' }).first().click();
    const field = deciding.getByLabel('Arguments', { exact: true });
    const asked = JSON.parse(await field.inputValue()) as { path: string; content: string };
    await deciding.waitForLoadState('networkidle');
    expect(await findViolations(deciding, 'everything')).toEqual([]);
    // Not what a tool can be called with: said beside the field, and nothing is decided.
    await field.fill('not json');
    await deciding.getByRole('button', { name: 'Approve' }).click();
    await deciding.getByText('Write one JSON object').first().waitFor();
    await field.fill(JSON.stringify({ ...asked, content: 'As a person wrote it.' }));
    await deciding.getByLabel('Reason, for the agent').fill('Shorter.');
    await deciding.getByRole('button', { name: 'Approve' }).click();
    await deciding.waitForURL(`**${runPath(executionId)}`);

    for (const page of [watching, deciding]) {
      await isOver(page, 'Completed');
      await page.getByText('Approved', { exact: true }).first().waitFor();
      expect(await page.getByRole('heading', { name: /^Waits for approval/ }).count()).toBe(0);
    }
    const local = Buffer.from(agentId, 'base64').toString().split(':')[1]!;
    const file = join(inject('studio').dataDir, 'workspaces', local, asked.path);
    expect(await readFile(file, 'utf8')).toBe('As a person wrote it.');
    expect(visitor.complaints.filter((text) => !text.includes('400'))).toEqual([]);
    await visitor.context.close();
  });

  it('[EXE-7] is rejected in its run, and many are answered at once, also without JavaScript', async () => {
    const name = 'Careful reader';
    await addCarefulAgent(name);
    const [first, second, third] = [
      await runPrompt(api, name, 'Write one. [[pace:0]]'),
      await runPrompt(api, name, 'Write two. [[pace:0]]'),
      await runPrompt(api, name, 'Write three. [[pace:0]]'),
    ];
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab(runPath(first));
    await signIn(page, 'Write one. [[pace:0]]');
    await page.getByRole('heading', { name: 'Waits for approval of write_file' }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Rejected', { exact: true }).first().waitFor();

    for (const executionId of [second, third]) {
      await page.goto(runPath(executionId));
      await page.getByRole('heading', { name: 'Waits for approval of write_file' }).waitFor();
    }
    const storageState = await visitor.context.storageState();
    const plain = await newVisitor(browser, { storageState, javaScriptEnabled: false });
    const inbox = await plain.openTab('/approvals');
    const boxes = inbox.getByRole('checkbox', { name: `Choose write_file of ${name}` });
    expect(await boxes.count()).toBe(2);
    for (const box of await boxes.all()) await box.check();
    await inbox.getByRole('button', { name: 'Approve the chosen' }).click();
    await inbox.getByText('2 calls answered.').waitFor();
    expect(await boxes.count()).toBe(0);
    await isOver(page, 'Completed');
    expect(visitor.complaints).toEqual([]);
    await plain.context.close();
    await visitor.context.close();
  });

  it('[TOOL-5] is known before it happens, and before the permission is saved', async () => {
    const agentId = await addCarefulAgent('Careful operator');
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab(`/agents/${encodeURIComponent(agentId)}`);
    await signIn(page, 'Careful operator');
    await page.getByRole('link', { name: 'write_file' }).click();
    await page.getByRole('heading', { name: 'write_file' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await findViolations(page, 'everything')).toEqual([]);
    const ask = async (args: string, verdict: string) => {
      await page.getByLabel('Arguments').fill(args);
      await page.getByRole('button', { name: 'Ask the gate' }).click();
      await page.getByText(verdict).waitFor();
    };
    await ask('{}', 'The permission asks a person before each call.');
    await page.getByLabel('Calls', { exact: true }).selectOption('ALLOW');
    await page.getByLabel('Allowed commands, one a line').fill('git log **');
    await page.getByLabel('Blocked commands, one a line').fill('git push **');
    await ask('{ "command": "git log -1" }', 'by the pattern git log **');
    await ask('{ "command": "git push" }', 'by the pattern git push **');
    await ask('{ "command": "git log; rm x" }', 'not one plain command');
    await ask('{ "command"', 'Write one JSON object');
    await page.getByRole('button', { name: 'Save the permission' }).click();
    await page.getByText('allowed: git log **').waitFor();
    expect(visitor.complaints.filter((text) => !text.includes('400'))).toEqual([]);
    await visitor.context.close();
  });

  it('[EXE-14] is a question too, answered in its run', async () => {
    const schema = {
      type: 'object',
      properties: { colour: { type: 'string', title: 'Colour', enum: ['red', 'blue'] } },
      required: ['colour'],
    };
    const question = `{"question":"Which colour shall it be?","schema":${JSON.stringify(schema)}}`;
    const prompt = `Paint it. [[pace:0]] [[call:ask_person ${question}]]`;
    const executionId = await runPrompt(api, 'Simulated colleague', prompt);
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/approvals');
    await signIn(page, 'Approvals');
    await page.getByRole('link', { name: 'Which colour shall it be?' }).click();
    await page.waitForURL(`**${runPath(executionId)}`);
    await page.getByRole('heading', { name: 'Waits for your answer' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await findViolations(page, 'everything')).toEqual([]);
    await page.getByLabel('Colour').selectOption('blue');
    await page.getByRole('button', { name: 'Answer', exact: true }).click();
    await isOver(page, 'Completed');
    await page.getByText('Answered', { exact: true }).first().waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });
});
