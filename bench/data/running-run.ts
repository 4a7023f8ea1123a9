import pg from 'pg';
import type { Tenant } from './tenant.ts';

export interface RunningRun {
  executionId: string;
  organizationId: string;
  globalId: string;
  lastSeq: number;
}

/** A run that no worker drives and none takes over, for whoever writes its events: RUNNING, at fence 1, for a day. */
export async function holdRun(databaseUrl: string, { organizationId }: Tenant): Promise<RunningRun> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; lastSeq: number }>(
      `UPDATE "TaskExecution" SET "status" = 'RUNNING', "fence" = 1, "finishedAt" = NULL, "output" = NULL,
              "leaseOwner" = 'bench', "leaseUntil" = now() + interval '1 day'
       WHERE "id" = (SELECT "id" FROM "TaskExecution" WHERE "organizationId" = $1 AND "status" = 'COMPLETED'
                     ORDER BY "createdAt" DESC LIMIT 1)
       RETURNING "id", "lastSeq"`,
      [organizationId],
    );
    const { id, lastSeq } = rows[0]!;
    const globalId = Buffer.from(`TaskExecution:${id}`).toString('base64');
    return { executionId: id, organizationId, globalId, lastSeq };
  } finally {
    await client.end();
  }
}
