import type { StatusLook } from '#app/components/ui/status.tsx';
import type { ExecutionStatus, FailureReason } from '#app/gql/executions.ts';
import { plural } from '#app/lib/format.ts';

const EXECUTION_STATUSES: Record<ExecutionStatus, StatusLook> = {
  QUEUED: { label: 'Queued', tone: 'neutral', icon: 'clock' },
  RUNNING: { label: 'Running', tone: 'info', icon: 'play', isLive: true },
  WAITING_APPROVAL: { label: 'Needs approval', tone: 'warning', icon: 'hand' },
  WAITING_INPUT: { label: 'Waiting for an answer', tone: 'warning', icon: 'hand' },
  WAITING_CHILDREN: { label: 'Waiting for agents', tone: 'info', icon: 'children', isLive: true },
  WAITING_RETRY: { label: 'Waiting to retry', tone: 'info', icon: 'clock', isLive: true },
  COMPLETED: { label: 'Completed', tone: 'success', icon: 'check' },
  FAILED: { label: 'Failed', tone: 'danger', icon: 'cross' },
  CANCELLED: { label: 'Cancelled', tone: 'neutral', icon: 'stop' },
  SKIPPED: { label: 'Skipped', tone: 'neutral', icon: 'skip' },
};

const UNKNOWN: StatusLook = { label: 'Unknown', tone: 'neutral', icon: 'question' };

/** A run that reached its end without what it was refused has not simply succeeded. */
export function executionStatusLook(
  status: ExecutionStatus | null,
  deniedCallCount: number | null = 0,
): StatusLook {
  if (status === 'COMPLETED' && deniedCallCount) {
    return {
      label: `Completed, ${plural(deniedCallCount, 'call')} denied`,
      tone: 'warning',
      icon: 'warning',
    };
  }
  return status ? EXECUTION_STATUSES[status] : UNKNOWN;
}

export const UNFINISHED: ExecutionStatus[] = [
  'QUEUED',
  'RUNNING',
  'WAITING_APPROVAL',
  'WAITING_INPUT',
  'WAITING_CHILDREN',
  'WAITING_RETRY',
];

export const isFinal = (status: ExecutionStatus | null | undefined): boolean =>
  status != null && !UNFINISHED.includes(status);

interface Advice {
  title: string;
  advice: string;
}

export const FAILURES: Record<FailureReason, Advice> = {
  TIMEOUT: {
    title: 'The run took longer than it may',
    advice: 'Raise the time limit of the agent, or split the prompt into smaller tasks.',
  },
  BUDGET_EXCEEDED: {
    title: 'The budget is used up',
    advice: 'The work done so far is kept below. Raise the limits of the agent and retry.',
  },
  MODEL_ERROR: {
    title: 'The model could not answer',
    advice: 'Check the model provider and its key in the settings, then retry.',
  },
  TOOL_ERROR: {
    title: 'A tool failed',
    advice: 'The failed call is marked in the timeline. Correct what it complains about, then retry.',
  },
  SERVER_UNREACHABLE: {
    title: 'The server cannot be reached',
    advice: 'Test the connection on the page of the server, then retry.',
  },
  AGENT_UNAVAILABLE: {
    title: 'The agent cannot run now',
    advice: 'Only a validated and active agent runs. Check its status on its page.',
  },
  PERMISSION_DENIED: {
    title: 'A permission is missing',
    advice: 'Grant the tool to the agent on its page, or ask someone who may.',
  },
  OUTCOME_UNKNOWN: {
    title: 'The outcome of a tool call is unknown',
    advice: 'Check by hand whether the call had its effect before you retry: it would be made again.',
  },
  WORKER_LOST: {
    title: 'The worker was lost too often',
    advice: 'The run was taken over several times without an end. Look at the workers, then retry.',
  },
  CHILD_FAILED: {
    title: 'A delegated run failed',
    advice: 'Open the failed run below to see why.',
  },
  CONTEXT_OVERFLOW: {
    title: 'The conversation became too long',
    advice: 'Give the agent a smaller task, or a model that can read more.',
  },
  MODEL_REFUSED: {
    title: 'The model declined to answer',
    advice: 'Change the prompt, or choose another model for the agent.',
  },
  INTERNAL: {
    title: 'The studio failed',
    advice:
      'This is our fault and not yours. Retry; if it happens again, give the id of this run to an operator.',
  },
};
