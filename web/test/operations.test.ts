// @vitest-environment node
import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { EVENTS_SUBSCRIPTION, eventsAsCurl } from '#app/modules/executions/execution-snippets.ts';
import { REFRESH_MUTATION } from '#app/lib/api/session-refresh.ts';
import { EXAMPLES } from '#app/modules/explorer/examples.ts';
import { plugin } from '../codegen/hooks-plugin.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

describe('operations that no compiler sees', () => {
  it.each(EXAMPLES.map((example) => [example.title, example.query]))(
    '[API-7] the example "%s" is valid',
    (_title, query) => {
      expect(validate(schema, parse(query))).toEqual([]);
    },
  );

  it('[API-7] has at least one example for each module of the API', () => {
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(8);
    expect(new Set(EXAMPLES.map(({ id }) => id)).size).toBe(EXAMPLES.length);
  });

  it('[AUTH-2] by which the browser renews a session is valid', () => {
    expect(validate(schema, parse(REFRESH_MUTATION))).toEqual([]);
  });

  it('[WEB-2] what is copied from an execution is valid, and survives the shell', () => {
    expect(validate(schema, parse(EVENTS_SUBSCRIPTION))).toEqual([]);
    const curl = eventsAsCurl("id'with'quotes", 'https://studio.example');
    const body = /--data '(.*)'$/s.exec(curl)?.[1]?.replaceAll(`'\\''`, "'");
    expect(JSON.parse(body ?? '')).toMatchObject({ variables: { executionId: "id'with'quotes" } });
  });
});

describe('the plugin that writes the hooks', () => {
  const generate = (source: string) => plugin(schema, [{ document: parse(source) }]);

  it('[WEB-4] writes a hook for each operation, named as its types are', () => {
    const { content, prepend } = generate(`
      query AgentsPage_Query($first: Int) { agents(first: $first) { totalCount } }
      query AgentPage_Query($id: ID!) { agent(id: $id) { id } }
      mutation AgentForm_Create($input: AgentCreateInput!) { agentCreate(input: $input) { __typename } }
      subscription ExecutionTimeline_Events($executionId: ID!) { executionEvents(executionId: $executionId) { id } }
    `);
    for (const hook of ['useMutation', 'useQuery', 'useSubscription']) {
      expect(prepend).toContain(`import { ${hook} } from '#app/lib/api/hooks.ts';`);
    }
    expect(content.match(/const (use\w+)/g)).toEqual([
      'const useAgentsPageQuery',
      'const useAgentPageQuery',
      'const useAgentFormCreateMutation',
      'const useExecutionTimelineEventsSubscription',
    ]);
  });

  it('[WEB-4] asks for options where a variable is required, and only there', () => {
    expect(generate('query A($id: ID!) { agent(id: $id) { id } }').content).toContain(
      '(options: QueryOptions<',
    );
    expect(generate('query A($id: ID = "x") { agent(id: $id) { id } }').content).toContain(
      '(options?: QueryOptions<',
    );
  });

  it('[WEB-4] refuses an operation without a name', () => {
    expect(() => generate('{ viewer { id } }')).toThrow('needs a name');
  });
});
