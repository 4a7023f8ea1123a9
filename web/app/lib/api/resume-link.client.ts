import { ApolloLink } from '@apollo/client';

/** Context of a subscription that can go on where it stopped: asked again each time the socket reconnects. */
export interface ResumableContext {
  resumeAfter?: () => number;
}

/**
 * The socket client sends the same variables object again after a reconnect. A getter in it is read each time, so the
 * server replays from the last event seen, not from where the page started.
 */
export const resumeLink = new ApolloLink((operation, forward) => {
  const { resumeAfter } = operation.getContext() as ResumableContext;
  if (resumeAfter) {
    operation.variables = {
      ...operation.variables,
      get after() {
        return resumeAfter();
      },
    };
  }
  return forward(operation);
});
