import type { AuditEntry } from '../../generated/prisma/client.ts';
import { ValidationError } from '../../platform/errors.ts';
import type { ChangedRow } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import type { FilterOf } from '../listing.ts';
import { authorize, readableFields } from '../policy.ts';
import { auditListing } from './audit.list.ts';
import { auditPolicy } from './audit.policy.ts';

/** One answer holds at most so many entries … */
const MOST_ENTRIES = 1_000;
/** … and no further one once it holds so many characters: an entry of a large change has some hundred thousand. */
const ENOUGH_CHARACTERS = 1_000_000;
/** Entries that are read at once. */
const PAGE_SIZE = 100;

interface ExportRequest {
  format: 'CSV' | 'JSON';
  filter: FilterOf<typeof auditListing.filters>;
  first?: number | null | undefined;
  /** Number of the last entry that the caller has. */
  after?: number | null | undefined;
}

export interface AuditExport {
  content: string;
  entryCount: number;
  /** Of the last entry that is in it; of none, where it began. */
  lastNumber: number;
  hasMore: boolean;
}

/** How ids are shown outside. */
type ShowId = (type: string, id: string) => string;
type Cells = Record<(typeof COLUMNS)[number], unknown>;

/** The fields of an entry in the order of their columns; each follows its rule. */
const COLUMNS = [
  'number',
  'occurredAt',
  'action',
  'outcome',
  'actor',
  'via',
  'targetType',
  'targetId',
  'changes',
  'address',
  'requestId',
] as const satisfies (keyof typeof auditPolicy.fields)[];

/**
 * The log of the organization as text, from its first entry on: what is put together of one answer after the other is one
 * file. Throws FORBIDDEN, and ValidationError for a size that does not fit.
 */
export async function exportAudit(
  ctx: ServiceContext,
  request: ExportRequest,
  showId: ShowId,
): Promise<AuditExport> {
  authorize(ctx, 'read', auditPolicy);
  const { format, filter } = request;
  const { first, after } = partOf(request);
  const lines = format === 'CSV' && after === 0 ? [csvLine(COLUMNS)] : [];
  const written = { entryCount: 0, lastNumber: after };
  let size = 0;
  for await (const entry of entriesAfter(ctx, filter, after)) {
    if (written.entryCount === first || size > ENOUGH_CHARACTERS)
      return { ...written, content: lines.join(''), hasMore: true };
    const cells = cellsOf(ctx, entry, showId);
    const line =
      format === 'CSV' ? csvLine(COLUMNS.map((column) => cells[column])) : `${JSON.stringify(cells)}\n`;
    lines.push(line);
    size += line.length;
    written.entryCount += 1;
    written.lastNumber = entry.number;
  }
  return { ...written, content: lines.join(''), hasMore: false };
}

function partOf({ first, after }: ExportRequest): { first: number; after: number } {
  const part = { first: first ?? MOST_ENTRIES, after: after ?? 0 };
  if (part.first < 1 || part.first > MOST_ENTRIES)
    throw refused(`An export has 1 to ${MOST_ENTRIES} entries; go on with after.`, 'first');
  if (part.after < 0) throw refused('Give the number of an entry, or 0 for the first.', 'after');
  return part;
}

const refused = (message: string, argument: string) => new ValidationError([{ message, path: [argument] }]);

async function* entriesAfter(
  ctx: ServiceContext,
  filter: FilterOf<typeof auditListing.filters>,
  after: number,
): AsyncGenerator<AuditEntry> {
  for (let number = after; ;) {
    const page = await ctx.db.auditEntry.findMany({
      where: { AND: [auditListing.where(ctx, filter), { number: { gt: number } }] },
      orderBy: { number: 'asc' },
      take: PAGE_SIZE,
    });
    yield* page;
    if (page.length < PAGE_SIZE) return;
    number = page.at(-1)!.number;
  }
}

function cellsOf(ctx: ServiceContext, entry: AuditEntry, showId: ShowId): Cells {
  const { actorId, targetType, targetId } = entry;
  const rows = entry.changes as unknown as ChangedRow[];
  const cells: Cells = {
    ...entry,
    actor: actorId && showId('User', actorId),
    targetId: targetType && targetId && showId(targetType, targetId),
    changes: rows.map(({ type, id, fields }) => ({ type, targetId: showId(type, id), fields })),
  };
  const readable = readableFields(ctx.ability, 'AuditEntry', entry);
  return Object.fromEntries(
    COLUMNS.map((column) => [column, readable.has(column) ? cells[column] : null]),
  ) as Cells;
}

/** RFC 4180. */
const csvLine = (cells: readonly unknown[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/**
 * A program for tables takes a cell that begins like this for a formula, which may send the others away: it is marked as
 * text. Names and addresses come from people.
 */
const FORMULA = /^[=+\-@\t\r]/;

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text =
    value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value);
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
