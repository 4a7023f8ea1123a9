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

export const unreachableServer = (server: { name: string; statusReason: string | null }): ConflictError =>
  new ConflictError(
    `Its server “${server.name}” was not reachable when it was last contacted, so nobody can tell what this agent would do. ` +
      `Test the server until it answers, then validate the agent.${server.statusReason ? ` ${server.statusReason}` : ''}`,
    { path: PATH, code: 'AGENT_UNAVAILABLE' },
  );

export const noModelProvider = (): ConflictError =>
  new ConflictError(
    'This agent has no model provider, so it cannot run. Give it one, or a simulated server, with agentUpdate.',
    { path: PATH, code: 'AGENT_UNAVAILABLE' },
  );
