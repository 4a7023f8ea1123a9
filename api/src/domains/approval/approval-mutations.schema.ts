import { builder } from '../../graphql/builder.ts';
import { resultOf } from '../../graphql/errors.ts';
import { globalId, localId } from '../../graphql/ids.ts';
import { definePayload } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { approvalListing } from './approval.list.ts';
import { ApprovalRef, ApprovalScopeRef } from './approval.schema.ts';
import {
  type ApprovalResult,
  type DECISIONS,
  resolveApproval,
  resolveApprovals,
} from './approval.service.ts';

const approvalPayload = definePayload({
  field: 'approval',
  type: ApprovalRef,
  description: 'The approval as it is now.',
  get: approvalListing.get,
  key: 'id',
});

const ApprovalDecisionRef = builder.enumType('ApprovalDecision', {
  description: 'What a person says to a call that waits.',
  values: {
    APPROVE: { description: 'It may be made.' },
    REJECT: { description: 'It is refused, and the run goes on without it.' },
  } satisfies Record<(typeof DECISIONS)[number], object>,
});

const DECIDE = { type: ApprovalDecisionRef, required: true, description: 'Whether it may be made.' } as const;
const REASON = { description: 'Why, at most 1000 characters; the model is told.' };

const ApprovalResolveInput = builder.inputType('ApprovalResolveInput', {
  description: 'Which call, and what you say to it.',
  fields: (t) => ({
    approvalId: t.id({ required: true, description: 'Global id of the approval to decide.' }),
    decision: t.field(DECIDE),
    reason: t.string(REASON),
    editedArguments: t.field({
      type: 'JSONObject',
      description:
        'What is passed to the tool in place of what the model wants to pass, at most 64 KiB; the model is told.',
    }),
    remember: t.field({
      type: ApprovalScopeRef,
      description: 'For how long the approval counts; ONCE when left out.',
    }),
  }),
});

builder.mutationField('approvalResolve', (t) =>
  t.field({
    type: approvalPayload('ApprovalResolve', 'The approval, as you have decided it.'),
    access: { action: 'resolve', noun: 'Approval' },
    description:
      'Decides about a tool call that waits, once; its run goes on. Who comes second is told who was first. For OPERATOR and above.',
    errors: resultOf('approvalResolve', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({ type: ApprovalResolveInput, required: true, description: 'The call, and your answer.' }),
    },
    resolve: (_root, { input }, ctx) =>
      resolveApproval(ctx, {
        ...input,
        approvalId: localId('Approval', input.approvalId, 'input', 'approvalId'),
      }),
  }),
);

const ApprovalsResolveInput = builder.inputType('ApprovalsResolveInput', {
  description: 'Which calls, and the one answer to all of them.',
  fields: (t) => ({
    approvalIds: t.idList({ required: true, description: 'Global ids of the approvals, from 1 to 100.' }),
    decision: t.field(DECIDE),
    reason: t.string(REASON),
  }),
});

const ApprovalResolutionRef = builder.objectRef<ApprovalResult>('ApprovalResolution').implement({
  access: 'carried',
  description: 'What became of one of many approvals.',
  fields: (t) => ({
    approvalId: t.id({
      nullable: false,
      description: 'Global id of the approval.',
      resolve: ({ id }) => globalId('Approval', id),
    }),
    isResolved: t.boolean({
      nullable: false,
      description: 'Whether it was decided by this.',
      resolve: ({ fault }) => fault === null,
    }),
    code: t.string({
      nullable: true,
      description: 'Why not, by a code such as APPROVAL_SETTLED; null when it was.',
      resolve: ({ fault }) => fault?.code ?? null,
    }),
    message: t.string({
      nullable: true,
      description: 'Why not, in a sentence; null when it was.',
      resolve: ({ fault }) => fault?.message ?? null,
    }),
  }),
});

const ApprovalsResolvePayload = builder
  .objectRef<{ results: ApprovalResult[] }>('ApprovalsResolvePayload')
  .implement({
    access: 'carried',
    description: 'What became of each of them.',
    fields: (t) => ({
      results: t.field({
        type: [ApprovalResolutionRef],
        nullable: false,
        description: 'One for each approval, in the order of the input.',
        resolve: ({ results }) => results,
      }),
    }),
  });

builder.mutationField('approvalsResolve', (t) =>
  t.field({
    type: ApprovalsResolvePayload,
    access: { action: 'resolve', noun: 'Approval' },
    description:
      'Gives many calls the same answer; one that cannot be decided does not hold up the others. For OPERATOR and above.',
    errors: resultOf('approvalsResolve', ValidationError),
    args: {
      input: t.arg({
        type: ApprovalsResolveInput,
        required: true,
        description: 'The calls, and your answer to all of them.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      resolveApprovals(ctx, {
        ...input,
        approvalIds: input.approvalIds.map((id, index) =>
          localId('Approval', id, 'input', 'approvalIds', String(index)),
        ),
      }),
  }),
);
