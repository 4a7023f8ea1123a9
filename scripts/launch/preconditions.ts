/** What must hold outside the process before anything starts; each fault is a sentence that says what to do. */
import pg from 'pg';
import { isPortFree } from '../services/free-port.ts';
import { pingRedis } from '../services/redis.ts';
import type { Settings } from './settings.ts';

/** `known` faults are of the values themselves; what is wrong there is not tried out. */
export async function findMissingPreconditions(settings: Settings, known: string[]): Promise<string[]> {
  const isFine = (name: string) => !known.some((fault) => fault.startsWith(name));
  const faults: (string | undefined)[] = [];
  if (isFine('WEB_PORT')) faults.push(await findPortFault('WEB_PORT', settings.webPort));
  if (isFine('API_PORT')) faults.push(await findPortFault('API_PORT', settings.apiPort));
  const { databaseUrl, redisUrl } = settings;
  if (databaseUrl && isFine('DATABASE_URL')) faults.push(await findDatabaseFault(databaseUrl));
  if (redisUrl && isFine('REDIS_URL')) faults.push(await findRedisFault(redisUrl));
  return faults.filter((fault) => fault !== undefined);
}

async function findPortFault(name: string, port: number): Promise<string | undefined> {
  // Servers listen either on loopback or on every interface, and each can be taken without the other.
  if ((await isPortFree(port, '127.0.0.1')) && (await isPortFree(port))) return undefined;
  return `${name}: port ${port} is taken or not allowed. Stop what uses it, or set ${name} to another port.`;
}

async function findDatabaseFault(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  // A server that hangs up while we leave is no concern of ours.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return (
      `DATABASE_URL: cannot connect to PostgreSQL at ${hostOf(url)} (${reasonOf(error)}). ` +
      'Start it and check host, name and password, or unset DATABASE_URL to use the embedded PostgreSQL.'
    );
  } finally {
    await client.end();
  }
}

async function findRedisFault(url: string): Promise<string | undefined> {
  try {
    await pingRedis(url);
    return undefined;
  } catch (error) {
    return (
      `REDIS_URL: cannot connect to Redis at ${hostOf(url)} (${reasonOf(error)}). ` +
      'Start it and check host and password, or unset REDIS_URL to have a private one started.'
    );
  }
}

/** Host and port alone: the rest of the address holds a password. */
function hostOf(url: string): string {
  return new URL(url).host || 'the given address';
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
