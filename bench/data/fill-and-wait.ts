import type { Bench } from '../harness/bench.ts';

/** One organization with as many runs as asked for, to look at with other tools until the command is interrupted. */
export async function fillAndWait(bench: Bench, signal: AbortSignal): Promise<void> {
  const tenant = await bench.tenant('data', {
    agents: 100,
    tasks: 100,
    executions: bench.rows,
    eventsPerExecution: 6,
  });
  console.log(JSON.stringify({ databaseUrl: bench.stores.databaseUrl, ...tenant }, null, 2));
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}
