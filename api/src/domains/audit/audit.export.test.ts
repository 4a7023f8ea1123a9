import { describe, expect, it } from 'vitest';
import { codesOf, execute } from '../../../test/setup/graphql.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { globalId } from '../../graphql/ids.ts';
import { change } from '../change.ts';
import { contextOf } from '../context.ts';
import type { Viewer } from '../policy.ts';
import { serverPolicy } from '../server/server.policy.ts';
import { createServer } from '../server/server.service.ts';

const { machine } = await openTestMachine();

const EXPORT = `query ($format: AuditExportFormat!, $filter: AuditEntryFilter, $first: Int, $after: Int) {
  auditExport(format: $format, filter: $filter, first: $first, after: $after) { content entryCount lastNumber hasMore }
}`;
interface Answer {
  content: string;
  entryCount: number;
  lastNumber: number;
  hasMore: boolean;
}
const ask = (viewer: Viewer, variables: object) =>
  execute(machine, viewer, EXPORT, variables as Record<string, unknown>);
const get = async (viewer: Viewer, variables: object) => {
  const { data, errors } = await ask(viewer, variables);
  expect(errors).toEqual([]);
  return data['auditExport'] as Answer;
};

const rename = (viewer: Viewer, name: string, operation = 'serverUpdate') =>
  change(contextOf(machine, viewer), { action: 'update', policy: serverPolicy, operation }, async (unit) =>
    unit.record({ policy: serverPolicy, id: 'a-server' }, { name: 'Old' }, { name }),
  );

/** RFC 4180, as a program for tables reads it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

describe('[AUD-1] auditExport', () => {
  it('[AUD-1] gives the same entries as CSV and as JSON, with ids as the API shows them', async () => {
    const viewer = await seedViewer(machine);
    await rename(viewer, 'New "name",\nin two lines');
    const csv = await get(viewer, { format: 'CSV' });
    const [names, cells, ...more] = parseCsv(csv.content);
    expect(more).toEqual([]);
    const entry = Object.fromEntries(names!.map((name, index) => [name, cells![index]]));
    const target = globalId('ServerConfiguration', 'a-server');
    const changes = [
      {
        type: 'ServerConfiguration',
        targetId: target,
        fields: [{ field: 'name', before: 'Old', after: 'New "name",\nin two lines' }],
      },
    ];
    const told = {
      action: 'serverUpdate',
      outcome: 'DONE',
      actor: globalId('User', viewer.userId),
      via: viewer.via.kind,
      targetType: 'ServerConfiguration',
      targetId: target,
    };
    expect(entry).toMatchObject({ ...told, number: '1', address: '' });
    expect(JSON.parse(entry['changes']!)).toEqual(changes);
    const json = await get(viewer, { format: 'JSON' });
    expect(JSON.parse(json.content)).toMatchObject({ ...told, number: 1, address: null, changes });
    expect(json).toMatchObject({ entryCount: 1, lastNumber: 1, hasMore: false });
  });

  it('[AUD-1] goes on in parts that make one file, and ends', async () => {
    const viewer = await seedViewer(machine);
    for (let number = 1; number <= 5; number += 1) await rename(viewer, `Name ${number}`);
    const whole = await get(viewer, { format: 'CSV' });
    const parts: Answer[] = [];
    do parts.push(await get(viewer, { format: 'CSV', first: 2, after: parts.at(-1)?.lastNumber ?? 0 }));
    while (parts.at(-1)!.hasMore);
    expect(parts.map(({ entryCount }) => entryCount)).toEqual([2, 2, 1]);
    expect(parts.map(({ content }) => content).join('')).toBe(whole.content);
    expect(parseCsv(whole.content).map(([number]) => number)).toEqual(['number', '1', '2', '3', '4', '5']);
  });

  it('[AUD-1] holds a bounded text, however large the entries are', async () => {
    const viewer = await seedViewer(machine);
    const { organizationId } = viewer;
    await rename(viewer, 'New');
    const { id: _id, ...entry } = await machine.db.auditEntry.findFirstOrThrow({ where: { organizationId } });
    const fields = Array.from({ length: 300 }, () => ({ field: 'name', after: 'x'.repeat(1_000) }));
    const changes = [{ type: 'ServerConfiguration', id: 'a-server', fields }];
    await machine.db.auditEntry.createMany({
      data: Array.from({ length: 9 }, (_, index) => ({ ...entry, number: index + 2, changes })),
    });
    const part = await get(viewer, { format: 'JSON' });
    expect(part).toMatchObject({ entryCount: 5, lastNumber: 5, hasMore: true });
    expect(part.content.length).toBeLessThan(2_000_000);
    expect(await get(viewer, { format: 'JSON', after: 9 })).toMatchObject({ entryCount: 1, hasMore: false });
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    '[AUD-1] a program for tables takes %j for no formula',
    async (operation) => {
      const viewer = await seedViewer(machine);
      await rename(viewer, 'New', operation);
      const { content } = await get(viewer, { format: 'CSV' });
      const [names, cells] = parseCsv(content);
      expect(cells![names!.indexOf('action')]).toBe(`'${operation}`);
      // Whoever reads the log by a program has it as it is.
      const { content: json } = await get(viewer, { format: 'JSON' });
      expect(JSON.parse(json)).toMatchObject({ action: operation });
    },
  );

  it('[AUD-1] filters as the list does, and keeps to the own organization', async () => {
    const viewer = await seedViewer(machine);
    const stranger = await seedViewer(machine);
    await rename(stranger, 'Elsewhere');
    await rename(viewer, 'New');
    await createServer(contextOf(machine, viewer), { name: 'S', protocol: 'SIMULATION' });
    const filter = { action: { equals: 'serverCreate' } };
    const part = await get(viewer, { format: 'JSON', filter });
    expect(part).toMatchObject({ entryCount: 1, lastNumber: 2 });
    expect((await get(viewer, { format: 'JSON' })).content).not.toContain('Elsewhere');
    const nothing = await get(viewer, { format: 'CSV', filter: { action: { equals: 'none' } } });
    expect(nothing).toMatchObject({ entryCount: 0, lastNumber: 0, hasMore: false });
  });

  it('[AUTHZ-1] is for whoever may read the log', async () => {
    const { organizationId } = await seedViewer(machine);
    for (const role of ['MANAGER', 'VIEWER'] as const) {
      const member = await seedMember(machine, organizationId, role);
      const { data, errors } = await ask(member, { format: 'CSV' });
      expect(data).toEqual({ auditExport: null });
      expect(codesOf(errors)).toEqual(['FORBIDDEN']);
    }
  });

  it.each([
    [{ first: 0 }, 'first'],
    [{ first: 1_001 }, 'first'],
    [{ after: -1 }, 'after'],
  ])('[AUD-1] refuses %j', async (size, argument) => {
    const { errors } = await ask(await seedViewer(machine), { format: 'CSV', ...size });
    expect(errors?.map(({ originalError }) => originalError)).toMatchObject([
      { code: 'BAD_USER_INPUT', argumentPath: [argument] },
    ]);
  });
});
