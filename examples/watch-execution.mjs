// Watches a run over WebSocket until it ends, and resumes where it was when the connection breaks.
//
//   STUDIO_URL=http://localhost:3000/graphql STUDIO_TOKEN=… node watch-execution.mjs <executionId>
//
// Prints one line of JSON for each event. Exit code: 0 when the run has COMPLETED, 1 for every other end.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [executionId] = process.argv.slice(2);
const { STUDIO_URL = 'http://localhost:3000/graphql', STUDIO_TOKEN } = process.env;
if (!executionId || !STUDIO_TOKEN) {
  console.error('Usage: STUDIO_TOKEN=… node watch-execution.mjs <executionId>');
  process.exit(1);
}

const query = /* GraphQL */ `
  subscription WatchExecution($executionId: ID!, $after: Int) {
    executionEvents(executionId: $executionId, after: $after) {
      __typename
      seq
      occurredAt
      ... on StatusChanged {
        status
        failureReason
        message
      }
      ... on OutputAppended {
        text
      }
      ... on OutputRetracted {
        fromSeq
      }
      ... on ToolCallUpdated {
        callId
        toolName
        callStatus
      }
      ... on FileChanged {
        path
        kind
      }
      ... on TodosUpdated {
        todos {
          id
          title
          status
        }
      }
    }
  }
`;

/** The number of the last event that was printed: all that is needed to go on. */
let after = 0;
let status;

/** Resolves when the server has completed the stream. Throws when the connection broke or the server refused. */
async function watch() {
  const client = createClient({
    url: STUDIO_URL.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${STUDIO_TOKEN}` },
    // The client would subscribe again with the old cursor; the loop below knows the new one.
    retryAttempts: 0,
  });
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { executionId, after } })) {
      const event = data?.executionEvents;
      // A field that you may not read is null with an error beside it; without any data the stream is over.
      if (!event) throw errors;
      after = event.seq;
      if (event.__typename === 'StatusChanged') status = event.status;
      console.log(JSON.stringify(event));
    }
  } finally {
    await client.dispose();
  }
}

for (let attempt = 0; ; attempt += 1) {
  const before = after;
  try {
    await watch();
    process.exit(status === 'COMPLETED' ? 0 : 1);
  } catch (problem) {
    // An array of errors, or a close by the server: 4403 asks for a new token, 4400 and the like never heal.
    if (Array.isArray(problem) || (problem?.code >= 4400 && problem.code < 4500)) {
      console.error(
        Array.isArray(problem) ? problem.map(({ message }) => message).join(' ') : problem.reason,
      );
      process.exit(1);
    }
    if (after > before) attempt = 0;
    await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 5_000)));
  }
}
