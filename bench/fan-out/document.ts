/** What all watchers follow: the events of one run. */
export const EVENTS_SUBSCRIPTION = `subscription Bench_Events($executionId: ID!, $after: Int) {
  executionEvents(executionId: $executionId, after: $after) {
    __typename
    seq
    occurredAt
    ... on OutputAppended {
      text
    }
  }
}`;

/** An event as floors and peers get it over Redis: with its content, since they keep no log. */
export interface PublishedEvent {
  seq: number;
  occurredAt: string;
  text: string;
}

export const channelOf = (executionId: string): string => `bench:events:${executionId}`;
