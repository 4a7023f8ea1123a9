import type { ChainFault, ChainHead } from '../audit-trail.ts';
import type { ServiceContext } from '../context.ts';
import { authorize } from '../policy.ts';
import { auditPolicy } from './audit.policy.ts';
import { CHAIN_START } from './audit.chain.ts';

/** Entries that are checked at once; a chain of any length is read in constant memory. */
const PAGE_SIZE = 1_000;

export interface AuditVerification {
  /** How many entries were found to be as they were written, from the first on. */
  intactCount: number;
  fault: ChainFault | null;
}

/** Follows the chain of the viewer's organization from its first entry to its end. Throws FORBIDDEN. */
export async function verifyAudit(ctx: ServiceContext): Promise<AuditVerification> {
  const { organizationId } = authorize(ctx, 'verify', auditPolicy);
  // Read first: entries that are written meanwhile are checked as well, and are no fault.
  const end = await ctx.db.auditHead.findUnique({ where: { organizationId } });
  let head: ChainHead = CHAIN_START;
  for (;;) {
    const page = await ctx.db.auditEntry.findMany({
      where: { organizationId, number: { gt: head.number } },
      orderBy: { number: 'asc' },
      take: PAGE_SIZE,
    });
    for (const entry of page) {
      const fault = ctx.audit.faultAfter(head, entry);
      if (fault) return { intactCount: head.number, fault };
      head = { number: entry.number, hash: entry.hash };
    }
    if (page.length < PAGE_SIZE) break;
  }
  const isCut =
    end !== null && (head.number < end.number || (head.number === end.number && head.hash !== end.hash));
  return {
    intactCount: head.number,
    fault: isCut ? { number: head.number + 1, kind: 'TRUNCATED' } : null,
  };
}
