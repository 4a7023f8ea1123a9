/** The order of things: check, lock, stores and build, migrations, first data, processes; and back again at the end. */
import { startApplication } from './application.ts';
import {
  describeRunningStudio,
  findRunningStudio,
  lockDataFolder,
  openSecrets,
  saveSecrets,
  type Secrets,
} from './data-folder.ts';
import { say } from './output.ts';
import { findMissingPreconditions } from './preconditions.ts';
import { buildApplication, migrate, seed } from './prepare.ts';
import { isLoopbackOnly, readSettings, SettingsError, type Settings, urlOn } from './settings.ts';
import { onStopRequest } from './stop-request.ts';
import { openDatabase, openRedis, type Store } from './stores.ts';

/** Runs the studio until it is asked to stop, then ends the process. */
export async function launch(): Promise<void> {
  const stop = new AbortController();
  onStopRequest((reason) => {
    say(`${reason}: stopping.`);
    stop.abort();
  });
  /** Undone in reverse, so that the processes are gone before the stores they use. */
  const undo: (() => Promise<unknown>)[] = [];
  let exitCode = 0;
  try {
    await bringUp(stop.signal, undo);
    if (!stop.signal.aborted) {
      await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
    }
  } catch (error) {
    if (!stop.signal.aborted) {
      console.error(describeError(error));
      exitCode = 1;
    }
  }
  for (const step of undo.reverse()) {
    try {
      await step();
    } catch (error) {
      console.error(describeError(error));
      exitCode = 1;
    }
  }
  if (stop.signal.aborted) say('The studio has stopped.');
  process.exit(exitCode);
}

async function bringUp(signal: AbortSignal, undo: (() => Promise<unknown>)[]): Promise<void> {
  const settings = await checkSettings();
  undo.push(await lockDataFolder(settings.dataDir, settings.publicUrl));
  const secrets = await openSecrets(settings.dataDir);

  const { database, redis } = await buildAndOpenStores(settings, secrets, signal, undo);
  await saveSecrets(settings.dataDir, secrets);
  signal.throwIfAborted();
  const env = describeEnvironment(settings, secrets, database, redis);
  await migrate(database.url);
  await seed(settings, secrets, env, signal);
  signal.throwIfAborted();

  say('Starting API, worker and dashboard.');
  const application = await startApplication(settings, { ...process.env, ...env }, signal);
  undo.push(() => application.stop());
  await welcome(settings, secrets);
}

async function checkSettings(): Promise<Settings> {
  const { settings, faults } = readSettings(process.env);
  const running = await findRunningStudio(settings.dataDir);
  // A running studio holds the ports, which would only distract.
  if (running) faults.push(describeRunningStudio(settings.dataDir, running));
  else faults.push(...(await findMissingPreconditions(settings, faults)));
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

/** Side by side, since each mostly waits. Whatever was opened is noted for the way back, also when another one fails. */
async function buildAndOpenStores(
  settings: Settings,
  secrets: Secrets,
  signal: AbortSignal,
  undo: (() => Promise<unknown>)[],
): Promise<{ database: Store; redis: Store }> {
  const failed = new AbortController();
  const orFail = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const noted = async (opening: Promise<Store>): Promise<Store> => {
    const store = await opening;
    undo.push(store.stop);
    return store;
  };
  const [build, database, redis] = await Promise.allSettled([
    orFail(buildApplication(AbortSignal.any([signal, failed.signal]))),
    orFail(noted(openDatabase(settings, secrets))),
    orFail(noted(openRedis(settings, secrets))),
  ]);
  // A store's failure comes first: it is what ended the build.
  if (database.status === 'rejected') throw database.reason;
  if (redis.status === 'rejected') throw redis.reason;
  if (build.status === 'rejected') throw build.reason;
  return { database: database.value, redis: redis.value };
}

/** What the launcher decides for the processes; everything else they read from the environment as it is. */
function describeEnvironment(
  settings: Settings,
  secrets: Secrets,
  database: Store,
  redis: Store,
): Record<string, string> {
  const { NODE_ENV, STUDIO_ENCRYPTION_KEY, STUDIO_ALLOW_PRIVATE_NETWORK, STUDIO_STDIO } = process.env;
  return {
    NODE_ENV: NODE_ENV || 'production',
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    STUDIO_ENCRYPTION_KEY: STUDIO_ENCRYPTION_KEY || secrets.STUDIO_ENCRYPTION_KEY,
    // A studio on one's own machine talks to servers on that machine.
    STUDIO_ALLOW_PRIVATE_NETWORK: STUDIO_ALLOW_PRIVATE_NETWORK || 'true',
    // Set to nothing is switched off, not left out. Only where nobody else can reach it may people name commands.
    STUDIO_STDIO: STUDIO_STDIO ?? (isLoopbackOnly(settings) ? 'ADMIN' : 'PRESETS'),
    STUDIO_DATA_DIR: settings.dataDir,
    STUDIO_PUBLIC_URL: settings.publicUrl,
    API_HOST: settings.apiHost,
    API_PORT: String(settings.apiPort),
    API_URL: process.env['API_URL'] || urlOn(settings.apiHost, settings.apiPort),
    WEB_HOST: settings.webHost,
    WEB_PORT: String(settings.webPort),
  };
}

async function welcome(settings: Settings, secrets: Secrets): Promise<void> {
  const { unshownAdminPassword, ...rest } = secrets;
  say(`Explorer   ${settings.publicUrl}/graphql`);
  say(`Admin      ${settings.adminEmail}`);
  if (unshownAdminPassword) say(`Password   ${unshownAdminPassword}   (shown this once)`);
  say(`Studio is ready: ${settings.publicUrl}`);
  if (unshownAdminPassword) await saveSecrets(settings.dataDir, rest);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Our own sentences are complete; anything unforeseen needs its stack.
  const isSentence = error instanceof SettingsError || (error.constructor === Error && !('code' in error));
  return isSentence ? error.message : (error.stack ?? error.message);
}
