import { executionEndedJob, executionJob } from './domains/execution/execution.job.ts';

/** Every job of the studio by the name of its queue. The row decides, the job wakes. */
export const jobs = {
  'task-execution': executionJob,
  'execution-ended': executionEndedJob,
} as const;

export type Jobs = typeof jobs;
