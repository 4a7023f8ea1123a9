import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { ForbiddenError } from '../../platform/errors.ts';
import { change } from '../change.ts';
import { contextOf, type ServiceContext } from '../context.ts';
import { serverPolicy } from '../server/server.policy.ts';
import { verifyAudit } from './audit.service.ts';

const { machine } = await openTestMachine();

const open = async () => contextOf(machine, await seedViewer(machine));

const rename = (ctx: ServiceContext, name: string) =>
  change(ctx, { action: 'update', policy: serverPolicy, operation: 'serverUpdate' }, async (unit) => {
    const { organizationId } = unit.viewer;
    await unit.tx.organization.update({ where: { id: organizationId }, data: { name } });
    unit.record(
      { policy: serverPolicy, id: 'a-server' },
      { name: 'Old', url: 'http://old.test', credentials: 'sealed-1', supervisorId: null },
      { name, url: 'http://old.test', credentials: 'sealed-2', supervisorId: null },
    );
    return name;
  });

/** A log of five entries, and the organization that it belongs to. */
async function openLog() {
  const ctx = await open();
  for (const name of ['1', '2', '3', '4', '5']) await rename(ctx, name);
  const { organizationId } = ctx.viewer!;
  const at = (number: number) => ({ organizationId_number: { organizationId, number } });
  return { ctx, organizationId, at };
}

describe('[AUD-1] change', () => {
  it('[AUD-1] writes who did what to which row, and which fields differ, without secrets', async () => {
    const ctx = await open();
    expect(await rename(ctx, 'New')).toBe('New');
    const [entry, ...more] = await machine.db.auditEntry.findMany({
      where: { organizationId: ctx.viewer!.organizationId },
    });
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      number: 1,
      actorId: ctx.viewer!.userId,
      via: ctx.viewer!.via.kind,
      action: 'serverUpdate',
      targetType: 'ServerConfiguration',
      targetId: 'a-server',
      outcome: 'DONE',
      requestId: ctx.requestId,
      changes: [
        {
          type: 'ServerConfiguration',
          id: 'a-server',
          fields: [{ field: 'name', before: 'Old', after: 'New' }, { field: 'credentials' }],
        },
      ],
    });
  });

  it('[AUD-1] leaves neither change nor entry when the work fails', async () => {
    const ctx = await open();
    const { organizationId } = ctx.viewer!;
    const failing = change(
      ctx,
      { action: 'update', policy: serverPolicy, operation: 'serverUpdate' },
      async ({ tx }) => {
        await tx.organization.update({ where: { id: organizationId }, data: { name: 'Never' } });
        throw new Error('no');
      },
    );
    await expect(failing).rejects.toThrow('no');
    await rename(ctx, 'After');
    expect(await machine.db.auditEntry.count({ where: { organizationId } })).toBe(1);
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 1, fault: null });
  });

  it('[AUTHZ-1] begins nothing for somebody who may not', async () => {
    const ctx = await open();
    const member = await seedMember(machine, ctx.viewer!.organizationId, 'OPERATOR');
    await expect(rename(contextOf(machine, member), 'Mine')).rejects.toThrow(ForbiddenError);
    expect(await machine.db.auditEntry.count({ where: { organizationId: member.organizationId } })).toBe(0);
  });

  it('[AUD-1] keeps one chain when many change something at once, also from another process', async () => {
    const ctx = await open();
    const { organizationId } = ctx.viewer!;
    await Promise.all(Array.from({ length: 12 }, (_, index) => rename(ctx, String(index))));
    // Another process has moved the chain on since: the end that is remembered here is not the end any more.
    await machine.db.auditEntry.deleteMany({ where: { organizationId, number: 12 } });
    const eleventh = await machine.db.auditEntry.findUniqueOrThrow({
      where: { organizationId_number: { organizationId, number: 11 } },
    });
    await machine.db.auditHead.update({
      where: { organizationId },
      data: { number: 11, hash: eleventh.hash },
    });
    await rename(ctx, 'Last');
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 12, fault: null });
  });
});

describe('[AUD-1] auditVerify', () => {
  it('[AUD-1] finds an entry that was edited', async () => {
    const { ctx, at } = await openLog();
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 5, fault: null });
    await machine.db.auditEntry.update({ where: at(3), data: { action: 'serverDelete' } });
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 2, fault: { number: 3, kind: 'EDITED' } });
  });

  it('[AUD-1] finds an entry that was removed, also when the later ones were numbered anew', async () => {
    const { ctx, at } = await openLog();
    await machine.db.auditEntry.delete({ where: at(3) });
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 2, fault: { number: 3, kind: 'REMOVED' } });
    await machine.db.auditEntry.update({ where: at(4), data: { number: 3 } });
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 2, fault: { number: 3, kind: 'EDITED' } });
  });

  it('[AUD-1] finds a log that was cut at its end or emptied', async () => {
    const { ctx, organizationId, at } = await openLog();
    await machine.db.auditEntry.delete({ where: at(5) });
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 4, fault: { number: 5, kind: 'TRUNCATED' } });
    await machine.db.auditEntry.deleteMany({ where: { organizationId } });
    expect(await verifyAudit(ctx)).toEqual({ intactCount: 0, fault: { number: 1, kind: 'TRUNCATED' } });
  });

  it('[AUTHZ-1] is for administrators', async () => {
    const ctx = await open();
    const member = await seedMember(machine, ctx.viewer!.organizationId, 'MANAGER');
    await expect(verifyAudit(contextOf(machine, member))).rejects.toThrow(ForbiddenError);
  });
});
