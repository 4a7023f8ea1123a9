import type { Channels, RungEvent } from '../channels.ts';
import { Instant } from '../../platform/instant.ts';
import type { NewEvent, StoredEvent } from '../run-events.ts';

/**
 * What a bell tells of the events that were appended, so that whoever is level with the log need not read it. It says what
 * the row says, redacted as the row is; the row stays the truth, and is read whenever a bell does not join on.
 */

/** A worker appends some kilobytes at a time. A larger bell would make Redis carry what one read brings as well. */
const MOST_BYTES = 65_536;

/** Null when it is more than a bell carries. */
export function toRung(events: readonly NewEvent[], payloads: readonly string[]): RungEvent[] | null {
  if (payloads.reduce((bytes, payload) => bytes + Buffer.byteLength(payload), 0) > MOST_BYTES) return null;
  return events.map(({ type, occurredAt }, index) => ({
    type,
    payload: payloads[index]!,
    occurredAt: occurredAt.toISOString(),
  }));
}

/** The events after `lastSeq` of a bell that joins on to it, as the log gives them; null: the log is to be read. */
export function joiningEvents(bell: Channels['execution'], lastSeq: number): StoredEvent[] | null {
  const { executionId, organizationId, events } = bell;
  if (!events) return null;
  const from = bell.lastSeq - events.length;
  if (from > lastSeq || bell.lastSeq <= lastSeq) return null;
  return events.slice(lastSeq - from).map(
    ({ type, payload, occurredAt }, index) =>
      ({
        executionId,
        organizationId,
        seq: lastSeq + 1 + index,
        type,
        payload: asKept(JSON.parse(payload)),
        occurredAt: new Instant(occurredAt),
      }) as StoredEvent,
  );
}

/** With keys in the order of jsonb, so that who follows a run and who reads it later are told the same in the same words. */
function asKept(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asKept);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, asKept(inner)] as const);
  return Object.fromEntries(entries.length > 1 ? entries.sort(([a], [b]) => compareKeys(a, b)) : entries);
}

/** Shorter keys first, then by their bytes. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length - right.length || Buffer.compare(left, right);
}
