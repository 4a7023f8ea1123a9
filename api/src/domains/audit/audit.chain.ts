import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../platform/crypto.ts';
import type { ChainedEntry, ChainFault, ChainHead } from '../audit-trail.ts';

/**
 * The chain of an organization's audit entries. Each carries a keyed hash over everything that it says and over the hash
 * before it, so that an entry cannot be edited, removed or put in without the key, which is not in the database.
 */

/** What the first entry of an organization follows. */
export const CHAIN_START: ChainHead = { number: 0, hash: '' };

/** HMAC-SHA-256 over the entry as canonical JSON, base64url. */
export function hashEntry(key: Buffer, entry: ChainedEntry): string {
  const said = [
    entry.organizationId,
    entry.number,
    entry.via,
    entry.viaId,
    entry.actorId,
    entry.action,
    entry.targetType,
    entry.targetId,
    entry.changes,
    entry.address,
    entry.requestId,
    entry.outcome,
    entry.occurredAt.toISOString(),
    entry.previousHash,
  ];
  return createHmac('sha256', key).update(canonicalJson(said)).digest('base64url');
}

export function faultAfter(
  key: Buffer,
  head: ChainHead,
  entry: ChainedEntry & { hash: string },
): ChainFault | null {
  if (entry.number !== head.number + 1) return { number: head.number + 1, kind: 'REMOVED' };
  const isIntact = entry.previousHash === head.hash && entry.hash === hashEntry(key, entry);
  return isIntact ? null : { number: entry.number, kind: 'EDITED' };
}
