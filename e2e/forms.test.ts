import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiClient } from './setup/api-client.ts';
import { findViolations, newVisitor, openBrowser, signIn } from './setup/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const details = (page: Page) => page.getByRole('region', { name: 'Details' });

describe('an agent is changed by the form that creates one', () => {
  it('[WEB-2] step by step, undoing nothing of others, and telling of what both changed, also without JavaScript', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/agents/new');
    await signIn(page, 'New agent');
    await page.getByLabel('Name', { exact: true }).fill('Proofreader');
    await page.getByLabel('System prompt').fill('Read.\nThen read again.');
    await page.getByLabel('Tokens at most').fill('9000');
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByRole('heading', { name: 'Proofreader' }).waitFor();
    const address = page.url();
    const agentId = decodeURIComponent(address.split('/').at(-1)!);

    // Cleared is cleared, and what was not touched stays.
    await page.getByRole('link', { name: 'Edit', exact: true }).click();
    await page.getByRole('heading', { name: 'Edit Proofreader' }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(await findViolations(page, 'everything')).toEqual([]);
    await page.getByLabel('Tokens at most').fill('');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.waitForURL(address);
    await details(page).getByText('No limit').waitFor();
    expect(await details(page).getByText('#2').count()).toBe(1);
    await page.getByText('Then read again.').waitFor();

    // Opened without JavaScript; meanwhile somebody else changes two fields, one of them the same.
    const storageState = await visitor.context.storageState();
    const plain = await newVisitor(browser, { storageState, javaScriptEnabled: false });
    const form = await plain.openTab(`${address}/edit`);
    await form.getByLabel('Name', { exact: true }).fill('Second reader');
    const other = await openApiClient();
    await other.send(`mutation ($input: AgentUpdateInput!) { agentUpdate(input: $input) { __typename } }`, {
      input: { agentId, name: 'Corrector', systemPrompt: 'Read once.' },
    });
    await form.getByRole('button', { name: 'Save changes' }).click();
    await form.getByText('Somebody else has changed this meanwhile.').waitFor();
    expect(await form.getByLabel('Name', { exact: true }).inputValue()).toBe('Second reader');
    await form.getByRole('button', { name: 'Save changes' }).click();
    await form.waitForURL(address);
    await form.getByRole('heading', { name: 'Second reader' }).waitFor();
    await form.getByText('Read once.').waitFor();

    expect([...visitor.complaints, ...plain.complaints.filter((text) => !text.includes('409'))]).toEqual([]);
    await other.close();
    await plain.context.close();
    await visitor.context.close();
  });
});
