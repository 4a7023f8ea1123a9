import type { JsonObject, ToolContent } from '../drivers/driver.ts';
import type {
  ExecutionEventType,
  ExecutionStatus,
  FailureReason,
  PermissionEffect,
} from '../generated/prisma/enums.ts';

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
    /** What the tool answered, part by part; absent when it did not answer. */
    content?: ToolContent[];
    /** How far it is, while it runs; what `total` is null for cannot be told in parts of a whole. */
    progress?: { done: number; total: number | null; message: string | null };
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
  /** Totals of the run so far. The last three are parts of the tokens above them. */
  USAGE_UPDATED: {
    inputTokens: number;
    outputTokens: number;
    stepCount: number;
    costMicros: string | null;
    cacheReadTokens?: number;
    cacheWriteTokens?: number;
    reasoningTokens?: number;
  };
  APPROVAL_REQUESTED: { approvalId: string; callId: string; toolName: string; arguments: unknown };
  APPROVAL_RESOLVED: { approvalId: string; isApproved: boolean; reason: string | null };
  CHILD_EXECUTION_STARTED: { childExecutionId: string };
  LOG_WRITTEN: {
    level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
    message: string;
    /** The server whose tool wrote it; absent: the studio. */
    serverName?: string;
  };
  /** What a person says to a run: once when it is accepted, and once more when the model is told. */
  USER_MESSAGE_APPENDED: {
    messageId: string;
    text: string;
    mode: 'STEER' | 'FOLLOW_UP' | 'INTERRUPT';
    state: 'QUEUED' | 'APPLIED';
  };
  INPUT_REQUESTED: {
    inputRequestId: string;
    callId: string;
    /** The server that asks; null: the agent does. */
    serverName: string | null;
    question: string;
    /** JSON Schema of the answer: an object whose properties are plain values. */
    schema: JsonObject;
  };
  INPUT_RESOLVED: {
    inputRequestId: string;
    outcome: 'ANSWERED' | 'DECLINED' | 'EXPIRED' | 'CANCELLED';
    /** As the schema of the question has it; null unless ANSWERED. */
    answer: JsonObject | null;
  };
  /** Older results were shortened, so that the conversation fits what the model can read. */
  CONTEXT_COMPACTED: { tokensBefore: number; tokensAfter: number };
  /** Another model of the agent's chain answers for the rest of the run. */
  MODEL_SWITCHED: { from: string; to: string; reason: string };
  ARTIFACT_ADDED: { artifactId: string; name: string; mimeType: string; sizeBytes: number };
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
