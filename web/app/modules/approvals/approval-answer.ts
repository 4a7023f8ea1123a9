import type { ApprovalDecision, ApprovalResolveInput, ApprovalScope } from '#app/gql/approvals.ts';
import type { Failure } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { parseObject } from '#app/lib/json-object.ts';
import { APPROVAL_SCOPES } from './approval-status.ts';

/** What the form of a decision holds. */
export interface ApprovalAnswer {
  decision: ApprovalDecision;
  reason: string;
  remember: ApprovalScope;
  /** As they were written; null where they cannot be edited. */
  editedArguments: string | null;
}

/** As a form shows them. */
export const argumentsText = (approval: { arguments: unknown; editedArguments?: unknown }): string =>
  JSON.stringify(approval.editedArguments ?? approval.arguments, null, 2);

export function readDecision(form: FormData): ApprovalDecision {
  return textOf(form, 'decision') === 'APPROVE' ? 'APPROVE' : 'REJECT';
}

export function readAnswer(form: FormData): ApprovalAnswer {
  const remember = textOf(form, 'remember');
  return {
    decision: readDecision(form),
    reason: textOf(form, 'reason'),
    remember: remember in APPROVAL_SCOPES ? (remember as ApprovalScope) : 'ONCE',
    editedArguments: form.has('editedArguments') ? textOf(form, 'editedArguments') : null,
  };
}

/** The input of the mutation: arguments only when they were changed. A text that is no object is a failure of its field. */
export function inputOf(
  approval: { id: string; arguments: unknown },
  { decision, reason, remember, editedArguments }: ApprovalAnswer,
): ApprovalResolveInput | Failure {
  const input = { approvalId: approval.id, decision, reason };
  if (decision === 'REJECT') return input;
  if (editedArguments === null) return { ...input, remember };
  const edited = parseObject(editedArguments);
  if (!edited) {
    const message = 'Write one JSON object, such as {"path": "notes.txt"}.';
    return { code: 'BAD_USER_INPUT', message, fields: { editedArguments: message } };
  }
  const isChanged = JSON.stringify(edited) !== JSON.stringify(approval.arguments);
  return { ...input, remember, ...(isChanged ? { editedArguments: edited } : {}) };
}
