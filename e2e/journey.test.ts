import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findViolations, newVisitor, openBrowser, signIn } from './setup/browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Opens a demo agent from the list and gives it a prompt; resolves on the page of the run. */
async function runPrompt(page: Page, agent: string, prompt: string): Promise<void> {
  await page.getByRole('link', { name: 'Agents', exact: true }).click();
  await page.getByRole('heading', { name: 'Agents', exact: true }).waitFor();
  await page.getByRole('table').getByRole('link', { name: agent, exact: true }).click();
  await page.getByRole('heading', { name: agent }).waitFor();
  await page.getByLabel('Prompt', { exact: true }).fill(prompt);
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.waitForURL(/\/executions\//);
}

const log = (page: Page) => page.getByRole('region', { name: 'Run log' });
const about = (page: Page) => page.getByRole('complementary', { name: 'About this run' });

describe('the journey of a newcomer', () => {
  it('[WEB-2] runs a prompt, watches it live, closes the tab and finds the whole run again', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/');
    await signIn(page);
    await page.getByText('Demo Organization').first().waitFor();
    await runPrompt(page, 'Writer', 'Write a limerick about clouds into a file.');

    // Live: the run is still at work while its plan and its output are there.
    await about(page).getByText('Understand the request').waitFor();
    await log(page).getByText('Running').first().waitFor();
    await log(page).getByText('write_file').first().waitFor();
    await log(page)
      .getByText('+# Write a limerick about clouds into a file.')
      .or(log(page).getByText('# Write a limerick about clouds into a file.'))
      .first()
      .waitFor();
    await log(page).getByText('Completed').waitFor();
    await about(page).getByText('4 of 4').waitFor();
    const address = page.url();
    const whole = await log(page).innerText();
    await page.close();

    const later = await visitor.openTab(address);
    await log(later).getByText('Completed').waitFor();
    await expect.poll(() => log(later).innerText()).toBe(whole);
    expect(await later.getByText('Simulated').count()).toBeGreaterThan(0);
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });

  it('[EXE-5] stops a long run', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/');
    await signIn(page);
    await runPrompt(page, 'Writer', 'Tell me everything. [[notools]] [[long:60]]');
    await log(page).getByText('Running').first().waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await log(page).getByText('Cancelled').waitFor();
    await page.getByRole('button', { name: 'Run again' }).waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });

  it('[API-7] does the same in the explorer, signed in, with a live subscription', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/');
    await signIn(page);
    await page.goto('/graphql');
    const answer = async () =>
      ((await page.locator('.graphiql-response').textContent()) ?? '').replaceAll('\u00a0', ' ');
    const execute = page.getByRole('button', { name: /execute query/i });
    // The button is there before the editor, which comes in a chunk of its own, knows what to execute.
    await page.locator('.graphiql-query-editor .view-line').getByText('viewer').first().waitFor();
    await execute.click();
    await expect.poll(answer).toContain('Demo Organization');
    await page.getByText('Every change of every run').click();
    await page.locator('.graphiql-query-editor .view-line').getByText('executionChanged').first().waitFor();
    await execute.click();
    await expect.poll(answer).toContain('executionChanged');
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });
});

describe.each(['light', 'dark'] as const)('pages in %s', (scheme) => {
  it('[WEB-5] have no serious violation and nothing to complain of', async () => {
    const visitor = await newVisitor(browser, scheme);
    const page = await visitor.openTab('/sign-in');
    const found: string[] = [];
    const check = async (name: string) => {
      await page.waitForLoadState('networkidle');
      found.push(...(await findViolations(page)).map((violation) => `${name}: ${violation}`));
    };
    await check('/sign-in');
    await signIn(page);
    for (const path of [
      '/',
      '/executions',
      '/agents',
      '/agents/new',
      '/servers',
      '/servers/new',
      '/tasks',
      '/tools',
      '/settings',
    ]) {
      await page.goto(path);
      await check(path);
    }
    for (const [list, name] of [
      ['/agents', 'Writer'],
      ['/servers', 'Workspace files'],
    ] as const) {
      await page.goto(list);
      await page.getByRole('link', { name, exact: true }).first().click();
      await page.getByRole('heading', { name }).first().waitFor();
      await check(name);
    }
    await page.goto('/executions');
    await page.locator('main table a, main li a').first().click();
    await log(page).waitFor();
    await check('an execution');
    expect(found).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });
});
