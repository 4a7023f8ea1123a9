import AxeBuilder from '@axe-core/playwright';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { inject } from 'vitest';
import { findChromium } from '../../scripts/services/chromium.ts';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `args` go to Chromium besides the usual ones. */
export async function openBrowser(args: string[] = []): Promise<Browser> {
  const executablePath = process.env['STUDIO_CHROMIUM'] ?? (await findChromium(() => undefined));
  return chromium.launch({ executablePath, args: [...ARGS, ...args] });
}

export interface Visitor {
  context: BrowserContext;
  /** A new tab; what its console and its scripts complain of is kept in `complaints`. */
  openTab(path: string): Promise<Page>;
  complaints: string[];
}

/** Somebody with a fresh browser profile. */
export async function newVisitor(
  browser: Browser,
  options: Pick<
    BrowserContextOptions,
    'javaScriptEnabled' | 'reducedMotion' | 'storageState' | 'viewport'
  > = {},
): Promise<Visitor> {
  const { webUrl } = inject('studio');
  const context = await browser.newContext({
    baseURL: webUrl,
    colorScheme: 'light',
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  // Nothing on these pages takes longer; a wrong guess should not take half a minute each.
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  return {
    context,
    complaints,
    async openTab(path) {
      const page = await context.newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(path);
      return page;
    },
  };
}

/** Signs in through the page, as a person does, and waits for the page with this heading. */
export async function signIn(page: Page, heading = 'Home'): Promise<void> {
  const { email, password } = inject('studio');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
}

/** What axe finds that is serious or worse, as `rule: element` lines. Another theme of a page differs by its colours alone. */
export async function findViolations(page: Page, look: 'everything' | 'colours'): Promise<string[]> {
  const axe =
    look === 'everything'
      ? new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
          .options({ rules: { 'target-size': { enabled: true } } })
      : new AxeBuilder({ page }).withTags(['cat.color']).disableRules(['color-contrast-enhanced']);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
