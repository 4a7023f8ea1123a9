import { z } from 'zod';

/** Wakes a worker for one run. */
export const executionJob = z.object({ executionId: z.string() });

/** Wakes what follows the end of a run. */
export const executionEndedJob = z.object({ executionId: z.string() });
