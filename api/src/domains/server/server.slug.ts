import type { Transaction } from '../../platform/database.ts';

/** Short, because it stands before the name of every tool of the server, and models allow 64 characters for both. */
const MAX_LENGTH = 20;

/** The name in the alphabet of tool names. */
function slugOf(name: string): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, '');
  return words || 'server';
}

/**
 * The first of `name`, `name-2`, `name-3`, … that no server of the organization has, archived ones included. Call it with
 * the organization's row locked, as `reservePlace` leaves it.
 */
export async function freeSlug(
  tx: Transaction,
  args: { organizationId: string; name: string },
): Promise<string> {
  const base = slugOf(args.name);
  const taken = await tx.serverConfiguration.findMany({
    where: { organizationId: args.organizationId, slug: { startsWith: base } },
    select: { slug: true },
  });
  const slugs = new Set(taken.map(({ slug }) => slug));
  let slug = base;
  for (let number = 2; slugs.has(slug); number += 1) slug = `${base}-${number}`;
  return slug;
}
