import type { Path } from '#app/lib/paths.ts';
/** The stream as an outside program would ask for it. Selects the fields most programs need. */
export const EVENTS_SUBSCRIPTION = `subscription WatchExecution($executionId: ID!, $after: Int) {
  executionEvents(executionId: $executionId, after: $after) {
    __typename
    seq
    occurredAt
    ... on OutputAppended { text }
    ... on ToolCallUpdated { callId toolName callStatus result }
    ... on FileChanged { path kind diff }
    ... on TodosUpdated { todos { id title status } }
    ... on UsageUpdated { inputTokens outputTokens cost { amount currency } }
    ... on StatusChanged { status failureReason message }
  }
}`;

export const eventsVariables = (executionId: string): string =>
  JSON.stringify({ executionId, after: 0 }, null, 2);

export const eventsAsGraphql = (executionId: string): string =>
  `${EVENTS_SUBSCRIPTION}\n\n# Variables\n${eventsVariables(executionId)}\n`;

/** Works as pasted in a POSIX shell, once the token is set: SSE needs no client library. */
export function eventsAsCurl(executionId: string, origin: string): string {
  const body = JSON.stringify({
    query: EVENTS_SUBSCRIPTION.replaceAll(/\s+/g, ' '),
    variables: { executionId, after: 0 },
  });
  return [
    `curl -N '${origin}/graphql' \\`,
    `  -H "authorization: Bearer $STUDIO_TOKEN" \\`,
    `  -H 'accept: text/event-stream' \\`,
    `  -H 'content-type: application/json' \\`,
    `  --data '${body.replaceAll("'", `'\\''`)}'`,
  ].join('\n');
}

export const explorerPath = (query: string, variables: string): Path =>
  `/graphql?${new URLSearchParams({ query, variables })}`;
