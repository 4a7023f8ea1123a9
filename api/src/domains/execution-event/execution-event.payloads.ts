import type {
  ExecutionEventType,
  ExecutionStatus,
  FailureReason,
  PermissionEffect,
} from '../../generated/prisma/enums.ts';

/** What the entries of a run's log say. The payload is stored as JSON under the event's type. */
export interface Todo {
  /** Stable over the run: the same todo keeps its id. */
  id: string;
  title: string;
  status: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED';
}

export type ToolCallStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'DENIED' | 'UNKNOWN';

/** A piece of a text of a reply; `truncatedAt` ends a text that was cut: how many of its characters are kept. */
interface TextPiece {
  text: string;
  truncatedAt?: number;
}

export interface EventPayloads {
  STATUS_CHANGED: { status: ExecutionStatus; failureReason?: FailureReason; message?: string };
  OUTPUT_APPENDED: TextPiece;
  /** The unfinished reply of a lost worker: drop output and thoughts from `fromSeq` up to this event. */
  OUTPUT_RETRACTED: { fromSeq: number };
  THOUGHT_APPENDED: TextPiece;
  TOOL_CALL_UPDATED: {
    callId: string;
    toolName: string;
    serverName: string | null;
    status: ToolCallStatus;
    arguments: unknown;
    result?: string;
    durationMs?: number;
    decision?: { effect: PermissionEffect; rule: string };
  };
  FILE_CHANGED: {
    /** Relative to the agent's workspace, with forward slashes. */
    path: string;
    kind: 'CREATED' | 'MODIFIED' | 'DELETED';
    /** Unified diff; empty: written again with the same content; null: binary, or too large to show. */
    diff: string | null;
    isTruncated: boolean;
    callId: string;
  };
  TODOS_UPDATED: { todos: Todo[] };
  /** Totals of the run so far. */
  USAGE_UPDATED: { inputTokens: number; outputTokens: number; stepCount: number; costMicros: string | null };
  APPROVAL_REQUESTED: { approvalId: string; callId: string; toolName: string; arguments: unknown };
  APPROVAL_RESOLVED: { approvalId: string; isApproved: boolean; reason: string | null };
  CHILD_EXECUTION_STARTED: { childExecutionId: string };
  LOG_WRITTEN: { level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'; message: string };
}

/** An event before it has its number. */
export type NewEvent = {
  [T in ExecutionEventType]: { type: T; payload: EventPayloads[T]; occurredAt: Date };
}[ExecutionEventType];

/** An event as the log holds it. */
export interface StoredEvent<T extends ExecutionEventType = ExecutionEventType> {
  executionId: string;
  organizationId: string;
  seq: number;
  type: T;
  payload: EventPayloads[T];
  occurredAt: Date;
}
