import type { McpPort } from '../drivers/driver.ts';
import type { Clock } from '../platform/clock.ts';
import type { Vault } from '../platform/crypto.ts';
import type { Database, Sql } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { PubSub } from '../platform/pubsub.ts';
import type { Queues } from '../platform/queue.ts';
import type { Jobs } from '../jobs.ts';
import type { Channels } from './channels.ts';
import type { Tails } from './execution-event/execution-event.tail.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { StudioAbility, Viewer } from './policy.ts';
import type { AccessTokens } from './user/access-token.ts';

/** The machine that every service verb works on; built once a process. */
export interface Machine {
  db: Database;
  sql: Sql;
  queues: Queues<Jobs>;
  pubsub: PubSub<Channels>;
  limiter: RateLimiter;
  vault: Vault;
  accessTokens: AccessTokens;
  mcp: McpPort;
  clock: Clock;
  log: Logger;
  settings: Settings;
}

export interface Settings {
  publicUrl: string;
  /** Origins of other web pages that may call the API with a token; cookies count for none of them. */
  allowedOrigins: string[];
  dataDir: string;
  allowPrivateNetwork: boolean;
  stdioCommands: string[];
}

/** What a service verb is called with: `verb(ctx, args)`. Built per request, per job, or by hand in a test. */
export interface ServiceContext extends Machine {
  tails: Tails;
  viewer: Viewer | null;
  ability: StudioAbility;
  /** Aborts when the caller has gone away. */
  signal: AbortSignal;
  requestId: string;
  /** Network address and client of the caller; null for jobs. */
  address: string | null;
  userAgent: string | null;
}
