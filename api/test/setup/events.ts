import type { EventPayloads } from '../../src/domains/run-events.ts';

/** One event of each type. */
export const EVENTS_OF_ALL_TYPES: EventPayloads = {
  STATUS_CHANGED: { status: 'FAILED', failureReason: 'TIMEOUT', message: 'Too long.' },
  OUTPUT_APPENDED: { text: 'ä "quoted"\n' },
  OUTPUT_RETRACTED: { fromSeq: 3 },
  THOUGHT_APPENDED: { text: 'hm', truncatedAt: 7 },
  TOOL_CALL_UPDATED: {
    callId: 'c',
    toolName: 'draw',
    serverName: null,
    status: 'SUCCEEDED',
    arguments: { deep: [1, { x: null }] },
    result: 'done',
    content: [
      { type: 'text', text: 'done', sizeBytes: 4 },
      { type: 'structured', value: { width: 2 }, sizeBytes: 11 },
    ],
    progress: { done: 1, total: null, message: 'half' },
    durationMs: 5,
    decision: { effect: 'ALLOW', rule: 'a permission' },
  },
  FILE_CHANGED: { path: 'a.md', kind: 'CREATED', diff: null, isTruncated: false, callId: 'c' },
  TODOS_UPDATED: { todos: [{ id: '1', title: 'Do it', status: 'PENDING' }] },
  USAGE_UPDATED: { inputTokens: 1, outputTokens: 2, stepCount: 3, costMicros: '1500' },
  APPROVAL_REQUESTED: { approvalId: 'a', callId: 'c', toolName: 'draw', arguments: {} },
  APPROVAL_RESOLVED: { approvalId: 'a', isApproved: true, reason: null },
  CHILD_EXECUTION_STARTED: { childExecutionId: '01890000-0000-7000-8000-000000000000' },
  LOG_WRITTEN: { level: 'WARN', message: 'careful' },
  USER_MESSAGE_APPENDED: { messageId: 'm', text: 'Hurry.', mode: 'STEER', state: 'QUEUED' },
  INPUT_REQUESTED: { inputRequestId: 'q', callId: 'c', serverName: null, question: 'Which?', schema: {} },
  INPUT_RESOLVED: { inputRequestId: 'q', outcome: 'ANSWERED', answer: { name: 'b' } },
  CONTEXT_COMPACTED: { tokensBefore: 9, tokensAfter: 3 },
  MODEL_SWITCHED: { from: 'a', to: 'b', reason: 'Overloaded.' },
  ARTIFACT_ADDED: { artifactId: 'x', name: 'a.png', mimeType: 'image/png', sizeBytes: 70 },
};
