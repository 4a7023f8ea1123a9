import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { AgentFormCreateDocument, AgentFormOptionsDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentFormPage, readAgentForm } from '#app/modules/agents/agent-form.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'New agent · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(AgentFormOptionsDocument, {});
  return { snapshot: api.snapshot() };
};

export const action = async (args: ActionFunctionArgs) => {
  const input = readAgentForm(await readForm(args.request));
  return submit(args, {
    document: AgentFormCreateDocument,
    variables: { input },
    sent: input,
    goTo: ({ agent }) => (agent ? pathTo.agent(agent.id) : '/agents'),
  });
};

export default function AgentNewRoute() {
  const result = useActionData<typeof action>();
  return (
    <AgentFormPage
      agent={null}
      failure={result?.failure ?? null}
      values={result?.sent ?? null}
      shown={null}
    />
  );
}
