import type { Channels } from './domains/channels.ts';
import type { Machine, Settings } from './domains/context.ts';
import { policies } from './ability.ts';
import { cancelApprovals } from './domains/approval/approval.settle.ts';
import { countAgents, forgetModelProvider } from './domains/agent/agent.uses.ts';
import { cancelInputRequests } from './domains/input-request/input-request.settle.ts';
import type { Dependents } from './domains/dependents.ts';
import { countRuns } from './domains/execution/execution.uses.ts';
import { releaseTasks } from './domains/task/task.uses.ts';
import { recordDiscoveredTools } from './domains/tool/tool-sync.service.ts';
import { createTails } from './domains/execution-event/execution-event.tail.ts';
import { createAbility, type Viewer } from './domains/policy.ts';
import { createAuditTrail } from './domains/audit/audit.trail.ts';
import { mergePresets } from './domains/server/builtin-presets.ts';
import { createAccessTokens } from './domains/user/access-token.ts';
import { createMcpPort } from './drivers/mcp/mcp-port.ts';
import type { Env } from './env.ts';
import { jobs } from './jobs.ts';
import { systemClock } from './platform/clock.ts';
import { createVault } from './platform/crypto.ts';
import { createDatabase } from './platform/database.ts';
import { createEgress } from './platform/egress.ts';
import type { Logger } from './platform/logger.ts';
import { createPubSub, EVERYONE } from './platform/pubsub.ts';
import { createQueues } from './platform/queue.ts';
import { createRateLimiter } from './platform/rate-limiter.ts';
import { createRedis, type Redis } from './platform/redis.ts';

export interface OpenMachine {
  machine: Machine;
  /** The producer's connection, for readiness. */
  redis: Redis;
  close(): Promise<void>;
}

const settingsOf = (env: Env): Settings => ({
  publicUrl: env.STUDIO_PUBLIC_URL,
  webPort: env.WEB_PORT ?? null,
  allowedHosts: env.STUDIO_ALLOWED_HOSTS,
  allowedOrigins: env.STUDIO_ALLOWED_ORIGINS,
  trustedProxies: env.STUDIO_TRUSTED_PROXIES,
  dataDir: env.STUDIO_DATA_DIR,
  allowPrivateNetwork: env.STUDIO_ALLOW_PRIVATE_NETWORK,
  registration: env.STUDIO_REGISTRATION ?? null,
  stdioMode: env.STUDIO_STDIO,
  stdioPresets: mergePresets(env.STUDIO_STDIO_PRESETS),
  introspection: env.STUDIO_INTROSPECTION ?? (env.NODE_ENV === 'production' ? 'OPERATORS' : 'ALL'),
  connectionLimits: {
    sockets: env.STUDIO_MAX_SOCKETS,
    strangerSockets: env.STUDIO_MAX_SOCKETS_ANONYMOUS,
    operations: env.STUDIO_MAX_OPERATIONS,
  },
  rateLimits: { anonymous: env.STUDIO_RATE_LIMIT_ANONYMOUS, member: env.STUDIO_RATE_LIMIT_MEMBER },
});

const dependents: Dependents = {
  countAgents,
  forgetModelProvider,
  countRuns,
  releaseTasks,
  async withdrawQuestions(client, of) {
    await cancelApprovals(client, of);
    await cancelInputRequests(client, of);
  },
  recordDiscoveredTools,
};

/** Everything that both processes stand on, opened from the settings and closed in the reverse order. */
export function openMachine(env: Env, log: Logger): OpenMachine {
  const clock = systemClock;
  const { db, sql, close: closeDatabase } = createDatabase({ url: env.DATABASE_URL, log });
  const redis = createRedis({ url: env.REDIS_URL, use: 'producer', log });
  const queues = createQueues({ jobs, connection: redis, prefix: env.REDIS_PREFIX, log });
  const pubsub = createPubSub<Channels>({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX, log });
  const limiter = createRateLimiter({ redis, prefix: env.REDIS_PREFIX, log });
  const vault = createVault(env.STUDIO_ENCRYPTION_KEY);
  const accessTokens = createAccessTokens({ db, vault, clock });
  const audit = createAuditTrail(vault.derive('audit-chain'));
  const { fetch } = createEgress({ allowPrivate: env.STUDIO_ALLOW_PRIVATE_NETWORK });
  const mcp = createMcpPort({ fetch });
  const settings = settingsOf(env);
  const abilityOf = (viewer: Viewer | null) => createAbility(viewer, policies);
  const base = {
    db,
    sql,
    queues,
    pubsub,
    limiter,
    vault,
    accessTokens,
    audit,
    dependents,
    mcp,
    abilityOf,
    clock,
    log,
    settings,
  };
  // Should the bell be lost: a changed server gets another connection at its next call, an old one ends with its run.
  pubsub
    .listen('server', EVERYONE, ({ serverId }) => mcp.drop(serverId))
    .catch((error: unknown) => log.warn({ err: error }, 'Changes of servers are not heard of'));
  return {
    machine: { ...base, tails: createTails(base) },
    redis,
    async close() {
      await mcp.close();
      await queues.close();
      await pubsub.close();
      redis.disconnect();
      await closeDatabase();
    },
  };
}
