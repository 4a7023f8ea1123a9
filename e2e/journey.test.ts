import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiClient } from './setup/api-client.ts';
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

  it('[EXE-5] stops a run and runs it again before the script of the page is there, or without it', async () => {
    const visitor = await newVisitor(browser, { javaScriptEnabled: false });
    const page = await visitor.openTab('/');
    await signIn(page);
    await runPrompt(page, 'Writer', 'Tell me everything. [[notools]] [[long:60]]');
    const address = page.url();
    const stop = async () => {
      await page.getByRole('button', { name: 'Stop' }).click();
      await expect
        .poll(async () => {
          await page.reload();
          return log(page).innerText();
        })
        .toContain('Cancelled');
    };
    await stop();
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.waitForURL((url) => url.href !== address);
    await stop();
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

describe('following a run', () => {
  /** Where things stand in the window, in pixels from its top. */
  const measure = (page: Page) =>
    page.evaluate(() => {
      const box = (element: Element | null | undefined) => {
        const { top, bottom } = element!.getBoundingClientRect();
        return { top, bottom };
      };
      const stop = [...document.querySelectorAll('button')].find((button) => button.textContent === 'Stop');
      return {
        window: window.innerHeight,
        isScrolled: window.scrollY > 0,
        isWide: document.documentElement.scrollWidth > window.innerWidth,
        newest: box([...document.querySelectorAll('[aria-label="Run log"] ol > li')].at(-1)),
        title: box(document.querySelector('h1')),
        status: box(document.querySelector('h1 + div')),
        stop: stop ? box(stop) : null,
      };
    });

  it('[WEB-3] keeps the newest event, the title, the status and Stop in view at every width', async () => {
    const visitor = await newVisitor(browser);
    const first = await visitor.openTab('/');
    await signIn(first);
    await runPrompt(first, 'Writer', 'Tell me everything about rivers. [[notools]] [[long:60]]');
    const storageState = await visitor.context.storageState();
    const watchers = await Promise.all(
      [
        [360, 640],
        [768, 600],
        [1024, 500],
        [1280, 500],
        [1440, 500],
      ].map(async ([width, height]) => {
        const viewport = { width: width!, height: height! };
        const watcher = await newVisitor(browser, { storageState, viewport });
        return { width, watcher, page: await watcher.openTab(first.url()) };
      }),
    );
    for (const { page, width } of watchers) {
      await expect.poll(async () => (await measure(page)).isScrolled, { timeout: 30_000 }).toBe(true);
      const seen = await measure(page);
      expect(seen.newest.bottom, `newest at ${width}`).toBeLessThanOrEqual(seen.window);
      expect(seen.isWide, `sideways at ${width}`).toBe(false);
      for (const part of [seen.title, seen.status, seen.stop!]) {
        expect(part.top, `header at ${width}`).toBeGreaterThanOrEqual(0);
        expect(part.bottom, `header at ${width}`).toBeLessThan(seen.newest.bottom);
      }
    }
    // Whoever scrolls up to read is left where he is, and told what he misses.
    const { page } = watchers[0]!;
    await page.mouse.wheel(0, -2_000);
    await page.getByRole('button', { name: /^Jump to live/ }).click();
    await expect.poll(async () => (await measure(page)).isScrolled).toBe(true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await log(page).getByText('Cancelled').waitFor();
    for (const { watcher } of watchers) {
      expect(watcher.complaints).toEqual([]);
      await watcher.context.close();
    }
    await visitor.context.close();
  });
});

describe('a session that somebody else ends', () => {
  it('[AUTH-3] leads to the sign-in page with a sentence and the way back, on a page without a stream', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/settings/sessions');
    await signIn(page, 'Settings');
    const elsewhere = await openApiClient();
    await elsewhere.send('mutation { sessionRevoke(input: { allOthers: true }) { __typename } }');
    await page.waitForURL(/\/sign-in\?/, { timeout: 5_000 });
    await page.getByText('Your session has ended').waitFor();
    await signIn(page, 'Settings');
    expect(new URL(page.url()).pathname).toBe('/settings/sessions');
    await elsewhere.close();
    await visitor.context.close();
  });
});

describe('what is refused', () => {
  it('[API-3] is said once, beside its field, without a code', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/agents/new');
    await signIn(page, 'New agent');
    await page.getByLabel('Name', { exact: true }).fill('x'.repeat(101));
    await page.getByRole('button', { name: 'Create agent' }).click();
    await page.getByText('One entry below needs a change.').waitFor();
    expect(await page.getByText('Keep the name to 100 characters.').count()).toBe(1);
    expect(await page.getByText('BAD_USER_INPUT').isVisible()).toBe(false);
    await page.getByText('Details for support').click();
    await page.getByRole('button', { name: 'Copy the details' }).waitFor();
    await visitor.context.close();
  });

  it('[SRV-6] is known before the click that deletes a server', async () => {
    const visitor = await newVisitor(browser);
    const page = await visitor.openTab('/servers');
    await signIn(page, 'Servers');
    await page.getByRole('link', { name: 'Workspace files', exact: true }).click();
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/agents? uses? this server/).waitFor();
    expect(await dialog.getByRole('button', { name: /Delete|Archive/ }).count()).toBe(0);
    await visitor.context.close();
  });
});

describe('every page', () => {
  /** As many as two cores have work for, while others wait for the network. */
  const PAGES_AT_ONCE = 4;

  it('[WEB-5] has no serious violation in light or in dark, and nothing to complain of', async () => {
    // Without motion a colour is what it is as soon as the theme changes.
    const visitor = await newVisitor(browser, { reducedMotion: 'reduce' });
    const page = await visitor.openTab('/sign-in');
    const found: string[] = [];
    /** Each page is loaded once and looked at in both themes. */
    const check = async (checked: Page, name: string) => {
      await checked.waitForLoadState('networkidle');
      for (const colorScheme of ['light', 'dark'] as const) {
        await checked.emulateMedia({ colorScheme });
        // Two frames: styles are recomputed with the first, and painted by the second.
        await checked.evaluate(
          () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
        );
        const look = colorScheme === 'light' ? 'everything' : 'colours';
        let violations = await findViolations(checked, look);
        // A busy machine may paint later than two frames: what is wrong is wrong at a second look as well.
        if (violations.length > 0) violations = await findViolations(checked, look);
        found.push(...violations.map((rule) => `${name} in ${colorScheme}: ${rule}`));
      }
    };
    await check(page, '/sign-in');
    await page.emulateMedia({ colorScheme: 'light' });
    await signIn(page);
    /** The page that a list leads to. */
    const addressOf = async (list: string, link: string) => {
      await page.goto(list);
      return (await page.locator(link).first().getAttribute('href'))!;
    };
    const paths = [
      '/',
      '/executions',
      await addressOf('/executions', 'main table a'),
      '/agents',
      '/agents/new',
      await addressOf('/agents', 'main table a:text-is("Writer")'),
      '/servers',
      '/servers/new',
      await addressOf('/servers', 'main table a:text-is("Workspace files")'),
      '/tasks',
      '/tools',
      '/settings',
    ];
    await Promise.all(
      Array.from({ length: PAGES_AT_ONCE }, async () => {
        const tab = await visitor.openTab('/settings');
        for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
          await tab.emulateMedia({ colorScheme: 'light' });
          await tab.goto(path);
          await check(tab, path);
        }
      }),
    );
    expect(found).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.context.close();
  });
});
