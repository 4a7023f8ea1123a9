import { resolve } from 'node:path';
import type { Settings } from '../context.ts';

/** The folder in which an agent works, absolute: where its stdio servers run, and all that they may write to. */
export const workspaceOf = (settings: Pick<Settings, 'dataDir'>, agentId: string): string =>
  resolve(settings.dataDir, 'workspaces', agentId);
