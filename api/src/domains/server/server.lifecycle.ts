import type { ServerStatus } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';

/** What was found when a server was contacted. */
export interface Finding {
  isReachable: boolean;
  message: string;
  /** Of a server that answered: what a person should know. */
  remark: string | null;
  latencyMs: number | null;
  protocolVersion: string | null;
}

/** The one writer of a server's status. What a person set, MAINTENANCE, is never overwritten by a finding. */
export async function recordFinding(
  ctx: Pick<Machine, 'db' | 'clock'>,
  server: { id: string; organizationId: string },
  finding: Finding,
): Promise<void> {
  const { id, organizationId } = server;
  const now = ctx.clock.now();
  const status: ServerStatus = finding.isReachable ? 'ONLINE' : 'OFFLINE';
  const reason = finding.isReachable ? finding.remark : finding.message;
  const { latencyMs, protocolVersion } = finding;
  await ctx.db.$transaction([
    ctx.db.serverConfiguration.updateMany({
      where: { id, organizationId, status: { notIn: ['MAINTENANCE', status] } },
      data: { status, statusChangedAt: now },
    }),
    ctx.db.serverConfiguration.updateMany({
      where: { id, organizationId, status: { not: 'MAINTENANCE' } },
      data: { statusReason: reason },
    }),
    ctx.db.serverConfiguration.updateMany({
      where: { id, organizationId },
      // The version that an unreachable server spoke last is still the best that is known of it.
      data: { latencyMs, lastProbedAt: now, ...(protocolVersion === null ? {} : { protocolVersion }) },
    }),
    ctx.db.serverHealthSample.create({
      data: { organizationId, serverId: id, status, latencyMs, reason, sampledAt: now },
    }),
  ]);
}

/** Sets or ends MAINTENANCE; a server that has it or has it not already stays as it is. */
export async function moveMaintenance(
  ctx: Pick<Machine, 'db' | 'clock'>,
  server: { id: string; organizationId: string; protocol: string },
  isInMaintenance: boolean,
): Promise<void> {
  const { id, organizationId } = server;
  const statusChangedAt = ctx.clock.now();
  if (isInMaintenance) {
    await ctx.db.serverConfiguration.updateMany({
      where: { id, organizationId, status: { not: 'MAINTENANCE' } },
      data: { status: 'MAINTENANCE', statusReason: 'Set by a person: no runs start.', statusChangedAt },
    });
    return;
  }
  const after: { status: ServerStatus; statusReason: string | null } =
    server.protocol === 'SIMULATION'
      ? { status: 'ONLINE', statusReason: null }
      : { status: 'UNKNOWN', statusReason: 'Maintenance has ended; the server was not tested since.' };
  await ctx.db.serverConfiguration.updateMany({
    where: { id, organizationId, status: 'MAINTENANCE' },
    data: { ...after, statusChangedAt },
  });
}
