import { ConflictError } from '../../platform/errors.ts';

const PATH = ['input', 'agentId'];

export const archivedAgent = (): ConflictError =>
  new ConflictError('This agent is archived: it can be read, not changed. Create a new one.', {
    path: PATH,
    code: 'ARCHIVED',
  });

export const changedMeanwhile = (): ConflictError =>
  new ConflictError('This agent was changed at the same time. Look at it again, then try again.', {
    path: PATH,
  });

export const noModelProvider = (): ConflictError =>
  new ConflictError(
    'This agent has no model provider, so it cannot run. Give it one, or a simulated server, with agentUpdate.',
    { path: PATH, code: 'AGENT_UNAVAILABLE' },
  );
