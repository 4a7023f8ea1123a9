import { findProgram, installDebianPackages, isRunnable, runCommand } from './run-command.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The path of a Chromium for the browser journeys, installed on the way when it is missing. */
export async function findChromium(onProgress: (line: string) => void): Promise<string> {
  const installed = (await findProgram(...NAMES)) ?? ((await isRunnable(MAC_CHROME)) ? MAC_CHROME : null);
  if (installed) return installed;

  onProgress('Chromium is not installed; trying apt-get install chromium');
  if (await installDebianPackages(['chromium'], onProgress)) {
    const fromApt = await findProgram(...NAMES);
    if (fromApt) return fromApt;
  }

  onProgress('Trying the build that Playwright downloads');
  const { chromium } = await import('playwright-core');
  const { code } = await runCommand('npx', ['playwright-core', 'install', 'chromium'], {
    onLine: onProgress,
  });
  if (code === 0) return chromium.executablePath();
  throw new Error(
    'No Chromium was found and none could be installed. Install one (Debian: apt-get install chromium) ' +
      'or put Google Chrome on PATH; the browser journeys need it.',
  );
}
