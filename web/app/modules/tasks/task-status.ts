import type { StatusLook } from '#app/components/ui/status.tsx';
import type {
  TaskMode,
  TaskPriority,
  TaskStatus,
  UnansweredPolicy,
  UnknownOutcomePolicy,
} from '#app/gql/tasks.ts';

const TASK_STATUSES: Record<TaskStatus, StatusLook> = {
  DRAFT: { label: 'Draft', tone: 'neutral', icon: 'file' },
  PAUSED: { label: 'Paused', tone: 'neutral', icon: 'pause' },
  PENDING: { label: 'Ready', tone: 'neutral', icon: 'minus' },
  SCHEDULED: { label: 'Scheduled', tone: 'accent', icon: 'clock' },
  QUEUED: { label: 'Queued', tone: 'neutral', icon: 'clock' },
  RUNNING: { label: 'Running', tone: 'info', icon: 'play', isLive: true },
  COMPLETED: { label: 'Completed', tone: 'success', icon: 'check' },
  FAILED: { label: 'Failed', tone: 'danger', icon: 'cross' },
  CANCELLED: { label: 'Cancelled', tone: 'neutral', icon: 'stop' },
};

const UNKNOWN: StatusLook = { label: 'Unknown', tone: 'neutral', icon: 'question' };

export const taskStatusLook = (status: TaskStatus | null): StatusLook =>
  status ? TASK_STATUSES[status] : UNKNOWN;

export const TASK_MODES: Record<TaskMode, string> = {
  IMMEDIATE: 'On demand',
  SCHEDULED: 'Once, at a time',
  RECURRING: 'Recurring',
};

export const TASK_PRIORITIES: Record<TaskPriority, string> = {
  LOW: 'Low',
  MEDIUM: 'Medium',
  HIGH: 'High',
  URGENT: 'Urgent',
};

export const isPriority = (value: string): value is TaskPriority => value in TASK_PRIORITIES;

export const UNKNOWN_OUTCOMES: Record<UnknownOutcomePolicy, string> = {
  FAIL: 'The run fails',
  ASK: 'A person decides',
  TELL_MODEL: 'The model is told, and goes on',
};

export const UNANSWERED: Record<UnansweredPolicy, string> = {
  DENY: 'The call is refused, and the run goes on without it',
  ESCALATE: 'Managers are asked, for the same time again',
  WAIT: 'The run waits for as long as it takes',
};

export const isUnansweredPolicy = (value: string): value is UnansweredPolicy => value in UNANSWERED;

export const isUnknownOutcomePolicy = (value: string): value is UnknownOutcomePolicy =>
  value in UNKNOWN_OUTCOMES;
