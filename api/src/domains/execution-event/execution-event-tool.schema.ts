import { builder } from '../../graphql/builder.ts';
import { globalId } from '../../graphql/ids.ts';
import { PermissionEffectRef } from '../tool/tool.enums.ts';
import { FileChangeKindRef, ToolCallStatusRef } from './execution-event.enums.ts';
import type { EventPayloads } from '../run-events.ts';
import { eventRef, eventType } from './execution-event-type.schema.ts';
import { ToolContentRef } from './tool-content.schema.ts';

const ToolDecisionRef = builder
  .objectRef<NonNullable<EventPayloads['TOOL_CALL_UPDATED']['decision']>>('ToolDecision')
  .implement({
    access: 'carried',
    description: 'What the permission gate said to a tool call.',
    fields: (t) => ({
      effect: t.field({
        type: PermissionEffectRef,
        nullable: false,
        description: 'Allowed, asked or denied.',
        resolve: ({ effect }) => effect,
      }),
      rule: t.exposeString('rule', { nullable: false, description: 'The rule that decided, in words.' }),
    }),
  });

const ToolProgressRef = builder
  .objectRef<NonNullable<EventPayloads['TOOL_CALL_UPDATED']['progress']>>('ToolProgress')
  .implement({
    access: 'carried',
    description: 'How far a tool call is.',
    fields: (t) => ({
      done: t.exposeFloat('done', { nullable: false, description: 'How much is done; it only grows.' }),
      total: t.exposeFloat('total', {
        nullable: true,
        description: 'How much there is to do; null when that is not known.',
      }),
      message: t.exposeString('message', {
        nullable: true,
        description: 'What the tool is at; null when it does not tell.',
      }),
    }),
  });

/** What comes from tools. */
export const toolEvents = {
  TOOL_CALL_UPDATED: eventRef('TOOL_CALL_UPDATED').implement({
    ...eventType(
      'TOOL_CALL_UPDATED',
      'A tool call has begun or ended. Later events with the same `callId` replace earlier ones.',
    ),
    fields: (t) => ({
      callId: t.string({
        description: 'Names the call within the run.',
        resolve: ({ payload }) => payload.callId,
      }),
      toolName: t.string({
        description: 'The tool, as its server names it.',
        resolve: ({ payload }) => payload.toolName,
      }),
      serverName: t.string({
        nullable: true,
        description: 'The server of the tool; null for a tool of the studio itself.',
        resolve: ({ payload }) => payload.serverName,
      }),
      callStatus: t.field({
        type: ToolCallStatusRef,
        description:
          'Where it stands. Not called `status`, so that one selection can ask for StatusChanged too.',
        resolve: ({ payload }) => payload.status,
      }),
      arguments: t.field({
        type: 'JSON',
        description:
          'What the model passed; its shape is the input schema of the tool. For VIEWER and above.',
        resolve: ({ payload }) => payload.arguments,
      }),
      result: t.string({
        description:
          'What the tool answered, as the model was told; null while it runs. For VIEWER and above.',
        resolve: ({ payload }) => payload.result,
      }),
      content: t.field({
        type: [ToolContentRef],
        description:
          'What the tool answered, part by part: `result` is the text of it. Null until it has answered. For VIEWER and above.',
        resolve: ({ payload }) => payload.content,
      }),
      progress: t.field({
        type: ToolProgressRef,
        description: 'How far it is; null when the tool does not tell. For VIEWER and above.',
        resolve: ({ payload }) => payload.progress,
      }),
      durationMs: t.int({
        nullable: true,
        description: 'Milliseconds from its start to its end; null while it runs.',
        resolve: ({ payload }) => payload.durationMs,
      }),
      decision: t.field({
        type: ToolDecisionRef,
        description: 'What the permission gate said, and by which rule. For VIEWER and above.',
        resolve: ({ payload }) => payload.decision,
      }),
    }),
  }),
  FILE_CHANGED: eventRef('FILE_CHANGED').implement({
    ...eventType('FILE_CHANGED', "A tool call has changed a file in the agent's workspace."),
    fields: (t) => ({
      path: t.string({ description: 'Path in the workspace.', resolve: ({ payload }) => payload.path }),
      kind: t.field({
        type: FileChangeKindRef,
        description: 'What happened to it.',
        resolve: ({ payload }) => payload.kind,
      }),
      diff: t.string({
        description:
          'Unified diff; empty when the file was written again with the same content, null when it is binary or too large to show. For VIEWER and above.',
        resolve: ({ payload }) => payload.diff,
      }),
      isTruncated: t.boolean({
        description: 'Whether the diff was cut.',
        resolve: ({ payload }) => payload.isTruncated,
      }),
      callId: t.string({
        description: 'The tool call that did it.',
        resolve: ({ payload }) => payload.callId,
      }),
    }),
  }),
  ARTIFACT_ADDED: eventRef('ARTIFACT_ADDED').implement({
    ...eventType('ARTIFACT_ADDED', 'The run has produced something to keep, such as an image or a document.'),
    fields: (t) => ({
      artifactId: t.id({
        description: 'Global id of what is kept.',
        resolve: ({ payload }) => globalId('Artifact', payload.artifactId),
      }),
      name: t.string({
        description: 'Its name, as a file would have it.',
        resolve: ({ payload }) => payload.name,
      }),
      mimeType: t.string({
        description: 'What it is, such as image/png.',
        resolve: ({ payload }) => payload.mimeType,
      }),
      sizeBytes: t.int({
        description: 'How large it is, in bytes.',
        resolve: ({ payload }) => payload.sizeBytes,
      }),
    }),
  }),
};
