import type { ServiceContext } from '../context.ts';
import { authorize } from '../policy.ts';
import type { StdioPreset } from '../stdio-preset.ts';
import { serverPolicy } from './server.policy.ts';
import { canNameCommand, offeredPresets } from './stdio.ts';

/** What the operator lets organizations start. */
export function listPresets(ctx: ServiceContext): StdioPreset[] {
  authorize(ctx, 'create', serverPolicy);
  return offeredPresets(ctx.settings);
}

/** Whether the viewer may have any command started. */
export async function mayNameCommand(ctx: ServiceContext): Promise<boolean> {
  return canNameCommand(ctx, authorize(ctx, 'create', serverPolicy));
}
