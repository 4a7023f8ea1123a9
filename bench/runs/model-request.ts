import type { ModelRequest } from '../../api/src/drivers/driver.ts';

/** A request as the loop of the product makes it, for whoever calls the driver without it. */
export const modelRequest = (prompt: string): ModelRequest => ({
  model: 'simulated',
  system: '',
  messages: [{ role: 'user', text: prompt }],
  tools: [],
  signal: new AbortController().signal,
});
