import type { ServerStatus } from '../../generated/prisma/enums.ts';
import type { Transaction } from '../../platform/database.ts';

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
  tx: Transaction,
  server: { id: string; organizationId: string },
  finding: Finding,
  now: Date,
): Promise<void> {
  const { id, organizationId } = server;
  const status: ServerStatus = finding.isReachable ? 'ONLINE' : 'OFFLINE';
  const reason = finding.isReachable ? finding.remark : finding.message;
  const { latencyMs, protocolVersion } = finding;
  await tx.serverConfiguration.updateMany({
    where: { id, organizationId, status: { notIn: ['MAINTENANCE', status] } },
    data: { status, statusChangedAt: now },
  });
  await tx.serverConfiguration.updateMany({
    where: { id, organizationId, status: { not: 'MAINTENANCE' } },
    data: { statusReason: reason },
  });
  await tx.serverConfiguration.updateMany({
    where: { id, organizationId },
    // The version that an unreachable server spoke last is still the best that is known of it.
    data: { latencyMs, lastProbedAt: now, ...(protocolVersion === null ? {} : { protocolVersion }) },
  });
  await tx.serverHealthSample.create({
    data: { organizationId, serverId: id, status, latencyMs, reason, sampledAt: now },
  });
}

interface Standing {
  status: ServerStatus;
  statusReason: string | null;
  statusChangedAt: Date;
}

/** Sets or ends MAINTENANCE; null for a server that has it or has it not already, which stays as it is. */
export async function moveMaintenance(
  tx: Transaction,
  server: { id: string; organizationId: string; protocol: string },
  isInMaintenance: boolean,
  statusChangedAt: Date,
): Promise<Standing | null> {
  const { id, organizationId } = server;
  const after = (status: ServerStatus, statusReason: string | null): Standing => ({
    status,
    statusReason,
    statusChangedAt,
  });
  const ended =
    server.protocol === 'SIMULATION'
      ? after('ONLINE', null)
      : after('UNKNOWN', 'Maintenance has ended; the server was not tested since.');
  const to = isInMaintenance ? after('MAINTENANCE', 'Set by a person: no runs start.') : ended;
  const { count } = await tx.serverConfiguration.updateMany({
    where: { id, organizationId, status: isInMaintenance ? { not: 'MAINTENANCE' } : 'MAINTENANCE' },
    data: to,
  });
  return count === 0 ? null : to;
}
