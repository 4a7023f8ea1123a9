import { z } from 'zod';

/** Wakes a worker for one run. */
export const executionJob = z.object({ executionId: z.string() });
