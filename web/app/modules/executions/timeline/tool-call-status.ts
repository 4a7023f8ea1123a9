import type { StatusLook } from '#app/components/ui/status.tsx';
import type { PermissionEffect, ToolCallStatus } from '#app/gql/executions.ts';

export const TOOL_CALL_STATUSES: Record<ToolCallStatus, StatusLook> = {
  RUNNING: { label: 'Running', tone: 'info', icon: 'play', isLive: true },
  SUCCEEDED: { label: 'Succeeded', tone: 'success', icon: 'check' },
  FAILED: { label: 'Failed', tone: 'danger', icon: 'cross' },
  DENIED: { label: 'Denied', tone: 'danger', icon: 'skip' },
  UNKNOWN: { label: 'Outcome unknown', tone: 'warning', icon: 'question' },
};

export const EFFECTS: Record<PermissionEffect, StatusLook> = {
  ALLOW: { label: 'Allow', tone: 'success', icon: 'check' },
  ASK: { label: 'Ask', tone: 'warning', icon: 'hand' },
  DENY: { label: 'Deny', tone: 'danger', icon: 'skip' },
};
