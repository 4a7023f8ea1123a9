import { createClient, type Client } from 'graphql-ws';
import { inject } from 'vitest';
import WebSocket from 'ws';

/** What a third party would write: nothing but the documented API. */
export interface ApiClient {
  token: string;
  send<T>(query: string, variables?: Record<string, unknown>): Promise<T>;
  /** Follows a run over WebSocket until it ends; resolves with its events. */
  watch(
    executionId: string,
    options?: { after?: number; onEvent?: (event: RunEvent) => void },
  ): Promise<RunEvent[]>;
  close(): Promise<void>;
}

export interface RunEvent {
  __typename: string;
  seq: number;
  status?: string;
  failureReason?: string | null;
  text?: string;
  fromSeq?: number;
  callStatus?: string;
  toolName?: string;
  callId?: string;
  path?: string;
  kind?: string;
  todos?: { id: string; status: string }[];
  inputTokens?: number;
}

const EVENTS = `subscription Events($executionId: ID!, $after: Int) {
  executionEvents(executionId: $executionId, after: $after) {
    __typename seq
    ... on StatusChanged { status failureReason }
    ... on OutputAppended { text }
    ... on OutputRetracted { fromSeq }
    ... on ToolCallUpdated { callId toolName callStatus }
    ... on FileChanged { path kind }
    ... on TodosUpdated { todos { id status } }
    ... on UsageUpdated { inputTokens }
  }
}`;

/** A signed-in client; without credentials, of the studio's administrator. */
export async function openApiClient(credentials?: { email: string; password: string }): Promise<ApiClient> {
  const studio = inject('studio');
  const { email, password } = credentials ?? studio;
  const { authLogin } = await post<{ authLogin: { accessToken: string } }>(studio.apiUrl, null, {
    query: `mutation ($input: AuthLoginInput!) {
      authLogin(input: $input) { ... on AuthLoginPayload { accessToken } ... on Error { message } }
    }`,
    variables: { input: { email, password } },
  });
  return clientOf(studio.apiUrl, authLogin.accessToken);
}

function clientOf(apiUrl: string, token: string): ApiClient {
  const socket: Client = createClient({
    url: `${apiUrl.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  return {
    token,
    send: (query, variables) => post(apiUrl, token, { query, variables }),
    watch(executionId, { after = 0, onEvent } = {}) {
      const events: RunEvent[] = [];
      return new Promise((resolve, reject) => {
        socket.subscribe<{ executionEvents: RunEvent }>(
          { query: EVENTS, variables: { executionId, after } },
          {
            next: ({ data, errors }) => {
              if (errors || !data) return reject(new Error(JSON.stringify(errors)));
              events.push(data.executionEvents);
              onEvent?.(data.executionEvents);
            },
            error: (error) => reject(new Error(JSON.stringify(error))),
            complete: () => resolve(events),
          },
        );
      });
    },
    close: async () => socket.dispose(),
  };
}

async function post<T>(apiUrl: string, token: string | null, body: object): Promise<T> {
  const response = await fetch(`${apiUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  const result = (await response.json()) as { data?: T; errors?: unknown[] };
  if (result.errors || !result.data) throw new Error(JSON.stringify(result.errors));
  return result.data;
}

/** Runs a prompt on the demo agent of this name. */
export async function runPrompt(api: ApiClient, agentName: string, prompt: string): Promise<string> {
  const { agents } = await api.send<{ agents: { edges: { node: { id: string } }[] } }>(
    `query ($name: String!) { agents(filter: { name: { equals: $name } }) { edges { node { id } } } }`,
    { name: agentName },
  );
  const { agentRun } = await api.send<{ agentRun: { execution?: { id: string }; message?: string } }>(
    `mutation ($input: AgentRunInput!) {
      agentRun(input: $input) { ... on AgentRunPayload { execution { id } } ... on Error { message } }
    }`,
    { input: { agentId: agents.edges[0]!.node.id, prompt } },
  );
  if (!agentRun.execution) throw new Error(agentRun.message);
  return agentRun.execution.id;
}
