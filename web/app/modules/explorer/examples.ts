/** Ids of the organization's own data, so that an example runs as it stands. */
export interface ExampleIds {
  agentId: string;
  executionId: string;
  serverId: string;
}

export interface Example {
  id: string;
  module: string;
  title: string;
  query: string;
  variables?: (ids: ExampleIds) => Record<string, unknown>;
}

export const EXAMPLES: readonly Example[] = [
  {
    id: 'viewer',
    module: 'Session',
    title: 'Who am I?',
    query: `query Viewer {
  viewer {
    name
    email
    role
    organization {
      name
      plan
    }
  }
}`,
  },
  {
    id: 'servers',
    module: 'Servers',
    title: 'Servers and their tools',
    query: `query Servers {
  servers(first: 20, orderBy: { field: NAME, direction: ASC }) {
    totalCount
    edges {
      node {
        id
        name
        protocol
        status
        latencyMs
        tools(first: 20) {
          totalCount
          edges {
            node {
              status
              tool {
                name
              }
            }
          }
        }
      }
    }
  }
}`,
  },
  {
    id: 'server-test',
    module: 'Servers',
    title: 'Test a server',
    query: `mutation TestServer($input: ServerTestInput!) {
  serverTest(input: $input) {
    ... on ServerTestPayload {
      probe {
        isReachable
        latencyMs
        protocolVersion
        message
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: ({ serverId }) => ({ input: { serverId } }),
  },
  {
    id: 'server-create',
    module: 'Servers',
    title: 'Create a simulated server',
    query: `mutation CreateServer($input: ServerCreateInput!) {
  serverCreate(input: $input) {
    ... on ServerCreatePayload {
      server {
        id
        name
        status
      }
    }
    ... on ValidationError {
      issues {
        path
        message
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: () => ({ input: { name: 'Sandbox', protocol: 'SIMULATION' } }),
  },
  {
    id: 'agents',
    module: 'Agents',
    title: 'Agents with their last executions',
    query: `query Agents {
  agents(first: 10, orderBy: { field: NAME, direction: ASC }) {
    edges {
      node {
        id
        name
        role
        status
        executions(first: 3) {
          totalCount
          edges {
            node {
              id
              status
              prompt
            }
          }
        }
      }
    }
  }
}`,
  },
  {
    id: 'hierarchy',
    module: 'Agents',
    title: 'The hierarchy of agents',
    query: `query Hierarchy {
  agentHierarchy {
    id
    name
    role
    supervisor {
      id
      name
    }
  }
}`,
  },
  {
    id: 'agent-run',
    module: 'Executions',
    title: 'Run a prompt',
    query: `mutation RunPrompt($input: AgentRunInput!) {
  agentRun(input: $input) {
    ... on AgentRunPayload {
      execution {
        id
        status
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: ({ agentId }) => ({ input: { agentId, prompt: 'Make a short plan and write it down.' } }),
  },
  {
    id: 'execution-watch',
    module: 'Executions',
    title: 'Watch a run, from its beginning',
    query: `subscription WatchExecution($executionId: ID!, $after: Int) {
  executionEvents(executionId: $executionId, after: $after) {
    __typename
    seq
    occurredAt
    ... on OutputAppended {
      text
    }
    ... on ToolCallUpdated {
      toolName
      callStatus
      result
    }
    ... on TodosUpdated {
      todos {
        title
        status
      }
    }
    ... on StatusChanged {
      status
      failureReason
      message
    }
  }
}`,
    variables: ({ executionId }) => ({ executionId, after: 0 }),
  },
  {
    id: 'executions-changed',
    module: 'Executions',
    title: 'Every change of every run',
    query: `subscription ExecutionsChanged {
  executionChanged {
    id
    status
    prompt
    agent {
      name
    }
  }
}`,
  },
  {
    id: 'executions',
    module: 'Executions',
    title: 'Failed executions and why',
    query: `query FailedExecutions {
  executions(first: 20, filter: { status: { equals: FAILED } }) {
    totalCount
    edges {
      node {
        id
        prompt
        failureReason
        failureMessage
        finishedAt
      }
    }
  }
}`,
  },
  {
    id: 'execution-cancel',
    module: 'Executions',
    title: 'Stop a run',
    query: `mutation CancelExecution($input: ExecutionCancelInput!) {
  executionCancel(input: $input) {
    ... on ExecutionCancelPayload {
      execution {
        id
        status
      }
    }
    ... on Error {
      code
      message
    }
  }
}`,
    variables: ({ executionId }) => ({ input: { executionId } }),
  },
  {
    id: 'tools',
    module: 'Tools',
    title: 'The catalogue of tools',
    query: `query Tools {
  tools(first: 20, orderBy: { field: NAME, direction: ASC }) {
    totalCount
    edges {
      node {
        name
        kind
        description
        server {
          name
        }
      }
    }
  }
}`,
  },
  {
    id: 'tasks',
    module: 'Tasks',
    title: 'Saved tasks',
    query: `query Tasks {
  tasks(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
    edges {
      node {
        id
        title
        status
        agent {
          name
        }
      }
    }
  }
}`,
  },
  {
    id: 'model-providers',
    module: 'Settings',
    title: 'Model providers',
    query: `query ModelProviders {
  modelProviders(first: 20) {
    edges {
      node {
        name
        kind
        defaultModel
        hasApiKey
      }
    }
  }
}`,
  },
];

export interface OpenOperation {
  query: string;
  variables: string;
}

/** The operation a URL asks for: one that was shared (`?query=`), or an example. */
export function operationFor(search: URLSearchParams, ids: ExampleIds): OpenOperation {
  const query = search.get('query');
  if (query) return { query, variables: search.get('variables') ?? '' };
  const example = EXAMPLES.find(({ id }) => id === search.get('example')) ?? EXAMPLES[0];
  const variables = example?.variables?.(ids);
  return { query: example?.query ?? '', variables: variables ? JSON.stringify(variables, null, 2) : '' };
}
