import { definePolicy, ofOrganization, type Role } from '../policy.ts';

const eventFields = (type: string, fields: Record<string, Role>): Record<string, Role> => ({
  ...Object.fromEntries(
    ['id', 'executionId', 'seq', 'occurredAt'].map((field) => [`${type}.${field}`, 'USER' as const]),
  ),
  ...Object.fromEntries(Object.entries(fields).map(([field, least]) => [`${type}.${field}`, least])),
});

/** The fields of events are named `<type>.<field>`, because each type has its own. */
export const executionEventPolicy = definePolicy({
  noun: 'ExecutionEvent',
  rows: ofOrganization,
  rowsInWords: 'events of the runs that one may read',
  fields: {
    ...eventFields('StatusChanged', { status: 'USER', failureReason: 'USER', message: 'USER' }),
    ...eventFields('OutputAppended', { text: 'USER', keptLength: 'USER' }),
    ...eventFields('OutputRetracted', { fromSeq: 'USER' }),
    ...eventFields('ThoughtAppended', { text: 'USER', keptLength: 'USER' }),
    ...eventFields('ToolCallUpdated', {
      callId: 'USER',
      toolName: 'USER',
      serverName: 'USER',
      callStatus: 'USER',
      arguments: 'VIEWER',
      result: 'VIEWER',
      durationMs: 'USER',
      decision: 'VIEWER',
    }),
    ...eventFields('FileChanged', {
      path: 'USER',
      kind: 'USER',
      diff: 'VIEWER',
      isTruncated: 'USER',
      callId: 'USER',
    }),
    ...eventFields('TodosUpdated', { todos: 'USER' }),
    ...eventFields('UsageUpdated', {
      inputTokens: 'VIEWER',
      outputTokens: 'VIEWER',
      stepCount: 'USER',
      cost: 'VIEWER',
    }),
    ...eventFields('ApprovalRequested', {
      approvalId: 'USER',
      callId: 'USER',
      toolName: 'USER',
      arguments: 'VIEWER',
    }),
    ...eventFields('ApprovalResolved', { approvalId: 'USER', isApproved: 'USER', reason: 'USER' }),
    ...eventFields('ChildExecutionStarted', { childExecutionId: 'USER' }),
    ...eventFields('LogWritten', { level: 'USER', message: 'USER' }),
  },
  actions: {},
});
