/** What a client of the product sends to run a prompt and to hear of it. */
export const RUN_MUTATION = `mutation Bench_Run($input: AgentRunInput!) {
  agentRun(input: $input) {
    __typename
    ... on AgentRunPayload { execution { id status } }
    ... on Error { message }
  }
}`;

export const RUN_SUBSCRIPTION = `subscription Bench_Run_Events($executionId: ID!) {
  executionEvents(executionId: $executionId) {
    __typename
    seq
    ... on OutputAppended { text }
    ... on StatusChanged { status failureReason }
  }
}`;
