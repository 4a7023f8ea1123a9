import { findViewer } from './domains/user/user.service.ts';
import { readEnv } from './env.ts';
import { openMachine } from './machine.ts';
import { createLogger } from './platform/logger.ts';
import { runProcess } from './platform/process.ts';
import { startApp } from './server/app.ts';

const env = readEnv();
const log = createLogger({ name: 'api', level: env.LOG_LEVEL });

/** Process 1: the API over HTTP, SSE and WebSocket. */
await runProcess(log, async () => {
  const { machine, redis, close } = openMachine(env, log);
  // The client of the database builds its engine with its first query, for half a second: not while somebody waits. Who asks
  // is the first query of almost every request.
  await findViewer(machine, { kind: 'session', id: '' }).catch((error: unknown) =>
    log.warn({ err: error }, 'The database does not answer yet'),
  );
  const app = await startApp({ machine, redis, host: env.API_HOST, port: env.API_PORT });
  log.info({ port: app.port }, 'API is ready');
  return async () => {
    await app.close();
    await close();
  };
});
