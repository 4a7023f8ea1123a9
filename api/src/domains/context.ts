import { randomUUID } from 'node:crypto';
import type { McpPort } from '../drivers/driver.ts';
import type { Clock } from '../platform/clock.ts';
import type { Vault } from '../platform/crypto.ts';
import type { Database, Sql } from '../platform/database.ts';
import type { Logger } from '../platform/logger.ts';
import type { Networks } from '../platform/networks.ts';
import type { PubSub } from '../platform/pubsub.ts';
import type { Queues } from '../platform/queue.ts';
import type { Jobs } from '../jobs.ts';
import type { Channels } from './channels.ts';
import type { RateLimiter } from '../platform/rate-limiter.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { Dependents } from './dependents.ts';
import type { StudioAbility, Viewer } from './policy.ts';
import type { RegistrationMode } from './registration-mode.ts';
import type { StdioMode, StdioPreset } from './stdio-preset.ts';
import type { Tails } from './tails.ts';

/** The machine that every service verb works on; built once a process. */
export interface Machine {
  db: Database;
  sql: Sql;
  queues: Queues<Jobs>;
  pubsub: PubSub<Channels>;
  limiter: RateLimiter;
  vault: Vault;
  accessTokens: AccessTokens;
  audit: AuditTrail;
  /** What an earlier noun needs of later ones. */
  dependents: Dependents;
  mcp: McpPort;
  /** Opened once a process: its watchers of one execution share one tail. */
  tails: Tails;
  /** The rights of a viewer; of nobody, none. */
  abilityOf: (viewer: Viewer | null) => StudioAbility;
  clock: Clock;
  log: Logger;
  settings: Settings;
}

export interface Settings {
  publicUrl: string;
  /** Where the dashboard listens on this machine; null when it is elsewhere. */
  webPort: number | null;
  /** `name` or `name:port`: further names under which programs reach the studio. */
  allowedHosts: string[];
  /** Origins of other web pages that may call the API with a token; cookies count for none of them. */
  allowedOrigins: string[];
  /** What they forward is believed to come from where they say. */
  trustedProxies: Networks;
  dataDir: string;
  allowPrivateNetwork: boolean;
  /** Who may create an organization; null: it depends on whether there is one. */
  registration: RegistrationMode | null;
  stdioMode: StdioMode;
  /** Whatever the mode: who may use them is checked where they are used. */
  stdioPresets: StdioPreset[];
  /** Who is shown the schema: everybody, members, or members who may run agents. */
  introspection: 'ALL' | 'MEMBERS' | 'OPERATORS';
  /** Points a minute, for an address of strangers and for a member; 0: not counted. */
  rateLimits: { anonymous: number; member: number };
  /** In one process: sockets of a member or key, and of an address of strangers; operations at work for a caller. 0: no limit. */
  connectionLimits: { sockets: number; strangerSockets: number; operations: number };
}

/** What a service verb is called with: `verb(ctx, args)`. `contextOf` builds every one of them. */
export interface ServiceContext extends Machine {
  viewer: Viewer | null;
  ability: StudioAbility;
  /** Aborts when the caller has gone away. */
  signal: AbortSignal;
  requestId: string;
  /** Network address and client of the caller; null for jobs. */
  address: string | null;
  userAgent: string | null;
}

type Call = Pick<ServiceContext, 'ability' | 'log' | 'signal' | 'requestId' | 'address' | 'userAgent'>;

/** The context in which a viewer's services run: of a request, a job, a seed or a test, which say what they know. */
export const contextOf = (
  machine: Machine,
  viewer: Viewer | null,
  call: Partial<Call> = {},
): ServiceContext => ({
  ...machine,
  viewer,
  log: call.log ?? machine.log,
  ability: call.ability ?? machine.abilityOf(viewer),
  signal: call.signal ?? new AbortController().signal,
  requestId: call.requestId ?? randomUUID(),
  address: call.address ?? null,
  userAgent: call.userAgent ?? null,
});
