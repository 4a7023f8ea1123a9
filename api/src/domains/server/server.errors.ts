import { ConflictError } from '../../platform/errors.ts';

export const archivedServer = (): ConflictError =>
  new ConflictError('This server is archived: it can be read, not changed. Create a new one.', {
    path: ['input', 'serverId'],
    code: 'ARCHIVED',
  });
