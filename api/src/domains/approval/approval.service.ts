import { z } from 'zod';
import { ApprovalScope } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { ConflictError, ForbiddenError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { changeInSql } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, hasRank, scoped, type Viewer } from '../policy.ts';
import { setToolPermission } from '../tool/tool-permission.service.ts';
import { toolPermissionPolicy } from '../tool/tool.policy.ts';
import { approvalPolicy } from './approval.policy.ts';
import { argumentsDigestOf } from './approval.request.ts';
import { settleApproval } from './approval.settle.ts';

const MOST_ARGUMENT_BYTES = 65_536;
const MOST_AT_ONCE = 100;

export const DECISIONS = ['APPROVE', 'REJECT'] as const;

const reason = z
  .string()
  .trim()
  .max(1_000, 'Keep the reason to 1000 characters.')
  .nullish()
  .transform((text) => text || null);

const resolution = z.strictObject({
  approvalId: z.string(),
  decision: z.enum(DECISIONS),
  reason,
  editedArguments: z
    .record(z.string(), z.unknown())
    .nullish()
    .refine(
      (args) => Buffer.byteLength(JSON.stringify(args ?? null)) <= MOST_ARGUMENT_BYTES,
      'Keep the arguments to 64 KiB.',
    )
    .transform((args) => args ?? null),
  remember: z
    .enum(ApprovalScope)
    .nullish()
    .transform((scope) => scope ?? 'ONCE'),
});

type Resolution = z.output<typeof resolution>;

/**
 * Decides about a call that waits, once: of two people who answer at the same time the second is told who was first. Throws
 * ValidationError, NOT_FOUND, CONFLICT, FORBIDDEN.
 */
export async function resolveApproval(
  ctx: ServiceContext,
  input: z.input<typeof resolution>,
  operation = 'approvalResolve',
): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'resolve', approvalPolicy);
  const data = parseInput(resolution, input);
  if (data.decision === 'REJECT' && (data.editedArguments || data.remember !== 'ONCE')) {
    const field = data.editedArguments ? 'editedArguments' : 'remember';
    throw invalid('This belongs to an approval. Leave it out when you reject.', field);
  }
  const approval = await findToResolve(ctx, data.approvalId);
  assertMayDecide(viewer, approval, data);
  if (data.remember === 'PERMISSION') {
    authorize(ctx, 'grant', toolPermissionPolicy);
    const { agentId, toolId } = approval;
    await setToolPermission(ctx, { agentId, toolId, input: { effect: 'ALLOW', reason: data.reason } });
  }
  await decide(ctx, viewer, { approval, data, operation });
  return { id: approval.id };
}

type Row = Prisma.ApprovalGetPayload<{ include: { resolvedBy: { select: { name: true } } } }>;

async function findToResolve(ctx: ServiceContext, id: string): Promise<Row> {
  const row = await ctx.db.approval.findFirst({
    where: { AND: [scoped(ctx, 'resolve', 'Approval'), { id }] },
    include: { resolvedBy: { select: { name: true } } },
  });
  if (!row) throw new NotFoundError('approval', ['input', 'approvalId']);
  return row;
}

function assertMayDecide(viewer: Viewer, approval: Row, { editedArguments }: Resolution): void {
  if (approval.status !== 'PENDING') throw settledAlready(approval);
  if (approval.escalatedAt && !hasRank(viewer.role, 'MANAGER')) {
    throw new ForbiddenError(
      'Nobody has answered this in time, so it is before those who are MANAGER or above. Ask one of them.',
    );
  }
  if (editedArguments && !isEditable(approval)) {
    throw invalid(
      'The arguments hold a secret that is not shown, so they cannot be edited. Approve or reject them as they are.',
      'editedArguments',
    );
  }
}

/** Whether what people see of the arguments is all there is: what was hidden would be lost by an edit. */
export const isEditable = ({
  arguments: shown,
  argumentsDigest,
}: Pick<Row, 'arguments' | 'argumentsDigest'>) => argumentsDigestOf(shown as object) === argumentsDigest;

async function decide(
  ctx: ServiceContext,
  viewer: Viewer,
  { approval, data, operation }: { approval: Row; data: Resolution; operation: string },
): Promise<void> {
  const { decision, ...kept } = data;
  const settlement = {
    status: decision === 'APPROVE' ? 'APPROVED' : 'REJECTED',
    reason: kept.reason,
    editedArguments: kept.editedArguments,
    remember: kept.remember,
    resolvedById: viewer.userId,
  } as const;
  const resolving = { action: 'resolve', policy: approvalPolicy, operation } as const;
  const isSettled = await settleApproval(ctx, approval, settlement, (settle) =>
    changeInSql(ctx, resolving, async ({ client, record }) => {
      const head = await settle(client);
      record({ policy: approvalPolicy, id: approval.id }, approval, { ...approval, ...settlement });
      return head;
    }),
  );
  if (!isSettled) throw settledAlready(await findToResolve(ctx, approval.id));
}

function settledAlready({ status, resolvedBy, expiresAt }: Row): ConflictError {
  const said = {
    PENDING: `The time to answer was over at ${expiresAt?.toISOString()}. The run goes on without the call.`,
    APPROVED: `${resolvedBy?.name ?? 'Somebody'} has approved it already. There is nothing more to decide.`,
    REJECTED: `${resolvedBy?.name ?? 'Somebody'} has rejected it already. Retry the run to have it asked again.`,
    EXPIRED: 'Nobody answered in time, so the call was refused. Retry the run to have it asked again.',
    CANCELLED: 'The run has ended, so nothing waits any more. Retry the run to have it asked again.',
  }[status];
  return new ConflictError(said, { path: ['input', 'approvalId'], code: 'APPROVAL_SETTLED' });
}

const bulk = z.strictObject({
  approvalIds: z
    .array(z.string())
    .min(1, 'Name at least one approval.')
    .max(MOST_AT_ONCE, `Name at most ${MOST_AT_ONCE} approvals at once.`),
  decision: z.enum(DECISIONS),
  reason,
});

/** What became of one of many. */
export interface ApprovalResult {
  id: string;
  /** Null: it was decided. */
  fault: { code: string; message: string } | null;
}

/** The same answer to each of many; one that cannot be given does not hold up the others. Throws ValidationError. */
export async function resolveApprovals(
  ctx: ServiceContext,
  input: z.input<typeof bulk>,
): Promise<{ results: ApprovalResult[] }> {
  authorize(ctx, 'resolve', approvalPolicy);
  const { approvalIds, ...answer } = parseInput(bulk, input);
  const results: ApprovalResult[] = [];
  for (const id of new Set(approvalIds)) {
    try {
      await resolveApproval(ctx, { approvalId: id, ...answer }, 'approvalsResolve');
      results.push({ id, fault: null });
    } catch (error) {
      if (!isAnswerable(error)) throw error;
      results.push({ id, fault: { code: error.code, message: error.message } });
    }
  }
  return { results };
}

const isAnswerable = (error: unknown): error is NotFoundError | ConflictError | ForbiddenError =>
  error instanceof NotFoundError || error instanceof ConflictError || error instanceof ForbiddenError;
