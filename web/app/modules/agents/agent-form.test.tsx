import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../../test/render-page.tsx';
import type { AgentFormEditQuery, AgentFormOptionsFragment } from '#app/gql/agents.ts';
import { AgentFormPage, agentFormValues, readAgentForm, type AgentFormPageProps } from './agent-form.tsx';

const server = (id: string, name: string) => ({
  __typename: 'ServerConfiguration' as const,
  id,
  name,
  status: null,
  isSimulated: false,
});

const options: AgentFormOptionsFragment = {
  servers: {
    __typename: 'ServerConfigurationConnection',
    edges: [
      {
        __typename: 'ServerConfigurationEdge',
        node: { ...server('s1', 'First'), protocol: 'MCP' },
      },
    ],
  },
  agents: {
    __typename: 'AgentConnection',
    edges: [
      { __typename: 'AgentEdge', node: { __typename: 'Agent', id: 'a1', name: 'Lead', role: 'MASTER' } },
    ],
  },
  modelProviders: {
    __typename: 'ModelProviderConnection',
    edges: [
      {
        __typename: 'ModelProviderEdge',
        node: {
          __typename: 'ModelProvider',
          id: 'm1',
          name: 'Provider',
          kind: 'SIMULATED',
          defaultModel: 'x',
          isSimulated: true,
        },
      },
    ],
  },
};

const agent: NonNullable<AgentFormEditQuery['agent']> = {
  __typename: 'Agent',
  id: 'a1',
  name: 'Lead',
  role: 'MASTER',
  description: 'Leads.',
  // Not on the first page of the servers.
  server: server('s101', 'Last'),
  supervisor: null,
  modelProvider: null,
  model: null,
  systemPrompt: 'Lead\nwell.',
  capabilities: ['leading', 'planning'],
  maxConcurrency: 2,
  maxSteps: 50,
  maxTokens: null,
  maxDurationMs: 100_000,
  archivedAt: null,
  viewerCan: { __typename: 'ViewerCan', actions: ['READ', 'UPDATE'] },
};

const open = (props: Partial<AgentFormPageProps> = {}) => {
  const isNew = { agent: null, options, failure: null, values: null, shown: null };
  renderPage(<AgentFormPage {...isNew} {...props} />);
  return document.querySelector('form')!;
};
const edited = { agent, values: agentFormValues(agent), shown: { name: 'digest' } };

describe('the form of an agent', () => {
  it('[WEB-2] gives back the agent that it was filled with', () => {
    const form = new FormData(open(edited));
    const { description, ...values } = agentFormValues(agent);
    expect(readAgentForm(form)).toEqual({ ...values, description });
    expect(form.get('shown')).toBe('{"name":"digest"}');
  });

  it('[WEB-2] keeps the choice that the first page of a list does not hold, and offers no agent itself', () => {
    open(edited);
    expect(screen.getByLabelText('Server')).toHaveDisplayValue('Last');
    expect(screen.getByLabelText('Model provider')).toHaveDisplayValue(/^None/);
    expect(screen.queryByRole('option', { name: 'Lead' })).toBeNull();
  });

  it('[WEB-2] says what it does, and leads back to where it came from', () => {
    open(edited);
    expect(screen.getByRole('heading', { name: 'Edit Lead' })).toBeVisible();
    expect(screen.getByRole('button', { name: 'Save changes' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Cancel' })).toHaveAttribute('href', '/agents/a1');
  });

  it('[WEB-2] is empty for a new one, with the first of what it needs chosen', () => {
    const form = new FormData(open());
    expect(form.has('shown')).toBe(false);
    expect(readAgentForm(form)).toMatchObject({ name: '', serverId: 's1', modelProviderId: 'm1' });
    expect(screen.getByRole('button', { name: 'Create agent' })).toBeVisible();
  });

  it('[WEB-2] says beside a field that somebody else has changed it', () => {
    const failure = { code: 'CONFLICT', message: 'Changed.', fields: { name: 'Somebody else did.' } };
    open({ ...edited, failure });
    expect(screen.getByLabelText('Name')).toHaveAccessibleDescription('Somebody else did.');
  });
});
