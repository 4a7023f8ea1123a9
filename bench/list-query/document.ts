/**
 * The list query: a page of agents, each with its newest runs. 20 agents with 5 runs are about 800 fields. All who answer it
 * give the same JSON, byte for byte but for the order of keys, and the bench checks that they do.
 */
export const LIST_QUERY = `query Bench_Agents($first: Int!, $runs: Int!) {
  agents(first: $first) {
    edges {
      node {
        id
        name
        description
        role
        status
        capabilities
        revision
        createdAt
        executions(first: $runs) {
          edges {
            node {
              id
              kind
              status
              createdAt
              startedAt
              finishedAt
            }
          }
        }
      }
    }
    pageInfo {
      hasNextPage
    }
  }
}`;

export interface ListVariables {
  first: number;
  runs: number;
}

/** The schema of the peers that are written schema first. */
export const TYPE_DEFS = `
  scalar DateTime
  type Query { agents(first: Int!): AgentConnection! }
  type PageInfo { hasNextPage: Boolean! }
  type AgentConnection { edges: [AgentEdge!]! pageInfo: PageInfo! }
  type AgentEdge { node: Agent! }
  type Agent {
    id: ID! name: String! description: String! role: String! status: String! capabilities: [String!]! revision: Int!
    createdAt: DateTime! executions(first: Int!): ExecutionConnection!
  }
  type ExecutionConnection { edges: [ExecutionEdge!]! }
  type ExecutionEdge { node: Execution! }
  type Execution {
    id: ID! kind: String! status: String! createdAt: DateTime! startedAt: DateTime finishedAt: DateTime
  }
`;

/** As Relay's servers write ids. */
export const globalId = (type: string, id: string): string => Buffer.from(`${type}:${id}`).toString('base64');

/** As the product: an agent with runs under way is BUSY. */
export const statusOf = (state: string, runsAtWork: number): string =>
  state === 'ACTIVE' && runsAtWork > 0 ? 'BUSY' : state;

export const AT_WORK = [
  'RUNNING',
  'WAITING_APPROVAL',
  'WAITING_INPUT',
  'WAITING_CHILDREN',
  'WAITING_RETRY',
] as const;
