import { canonicalJson } from '../platform/crypto.ts';
import type { Policy } from './policy.ts';

/** One field of a row that a change has touched. A value that may not be kept is left out: only that it changed is told. */
export interface FieldChange {
  field: string;
  before?: unknown;
  after?: unknown;
}

/** Longer texts are cut: an audit entry says what changed, it is no copy of it. */
const LONGEST_TEXT = 1_000;
/** Columns that change with every write and say nothing. */
const BOOKKEEPING = new Set(['createdAt', 'updatedAt', 'organizationId']);

/**
 * The fields in which two states of a row differ. A value is kept when the policy lets somebody read it, or when it is a
 * plain reference; of every other column, credentials above all, only the name is.
 */
export function changedFields(policy: Policy, before: object | null, after: object | null): FieldChange[] {
  const [was, is] = [jsonOf(before), jsonOf(after)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter(
      (name) =>
        !BOOKKEEPING.has(name) && canonicalJson(was[name] ?? null) !== canonicalJson(is[name] ?? null),
    )
    .map((field) => {
      if (!isKept(policy, field)) return { field };
      return {
        field,
        ...(before === null ? {} : { before: was[field] ?? null }),
        ...(after === null ? {} : { after: is[field] ?? null }),
      };
    });
}

function isKept({ fields, columns }: Policy, column: string): boolean {
  const shown = columns?.[column] ?? (column.endsWith('Id') ? column.slice(0, -2) : column);
  return column in fields || shown in fields;
}

/** As JSON holds it, with long texts cut and 64-bit numbers as text. */
function jsonOf(row: object | null): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(row ?? {}, (_key, value: unknown) => {
      if (typeof value === 'bigint') return value.toString();
      if (typeof value === 'string' && value.length > LONGEST_TEXT) return `${value.slice(0, LONGEST_TEXT)}…`;
      return value;
    }),
  ) as Record<string, unknown>;
}
