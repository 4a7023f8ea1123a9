import { builder } from '../../graphql/builder.ts';
import { globalId, rowOf } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { agentRevisionListing } from './agent-revision.list.ts';
import { agentSnapshot } from './agent.revision.ts';
import { AgentRef } from './agent.schema.ts';

export const AgentRevisionRef = builder.prismaNode('AgentRevision', {
  ...rowOf('AgentRevision'),
  description:
    'What an agent was at one moment. Never changed; executions name the one they ran. For VIEWER and above.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: '1 for the first, counted up by each change.' }),
    note: t.exposeString('note', { description: 'What the change was; null when nobody said.' }),
    snapshot: t.field({
      type: 'JSON',
      description:
        'The system prompt, server, model, limits and tool permissions, as one JSON value that can be compared with that of another revision. Its form grows with the agent, and older ones keep theirs. For OPERATOR and above.',
      select: { snapshot: true },
      resolve: ({ snapshot }) => publicSnapshot(snapshot),
    }),
    createdBy: t.relation('createdBy', {
      description: 'Who made the change; null when the member is gone.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
  }),
});

/** The stored snapshot names rows by local ids; outside, every id is a global one. */
function publicSnapshot(stored: unknown) {
  const { serverId, modelProviderId, permissions, ...rest } = agentSnapshot.parse(stored);
  return {
    ...rest,
    serverId: globalId('ServerConfiguration', serverId),
    modelProviderId: modelProviderId && globalId('ModelProvider', modelProviderId),
    permissions: permissions.map(({ toolId, ...permission }) => ({
      ...permission,
      toolId: globalId('ToolDefinition', toolId),
    })),
  };
}

defineList(AgentRevisionRef, agentRevisionListing).toType(AgentRef, 'revisions', {
  description: 'Its revisions, newest first. For VIEWER and above.',
});
