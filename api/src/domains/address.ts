import { createEgress, EgressBlockedError } from '../platform/egress.ts';
import { invalid } from '../platform/input.ts';
import type { Machine } from './context.ts';

/**
 * Refuses, when it is saved, an address that no connection would be made to. Throws ValidationError at `input.<path>`.
 * The guard checks again at each connection: what a name resolves to may change.
 */
export async function checkAddress(
  ctx: Pick<Machine, 'settings'>,
  address: string,
  ...path: string[]
): Promise<void> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url && (url.username || url.password)) {
    throw invalid('An address may not hold a name or password. Enter them as credentials.', ...path);
  }
  try {
    await createEgress({ allowPrivate: ctx.settings.allowPrivateNetwork }).checkUrl(address);
  } catch (error) {
    if (error instanceof EgressBlockedError) throw invalid(error.message, ...path);
    throw error;
  }
}

/** True when a stored secret would be sent to another machine than the one it was entered for. */
export const isOtherOrigin = (before: string, after: string): boolean =>
  new URL(before).origin !== new URL(after).origin;
