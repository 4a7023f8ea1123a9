import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { AgentFormCreateDocument, AgentFormNewDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentFormPage, readAgentForm } from '#app/modules/agents/agent-form.tsx';

export const meta: MetaFunction = () => [{ title: 'New agent · MCP Agent Studio' }];

export const loader = (args: LoaderFunctionArgs) => openApi(args).query(AgentFormNewDocument, {});

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
  const options = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <AgentFormPage
      agent={null}
      options={options}
      failure={result?.failure ?? null}
      values={result?.sent ?? null}
      shown={null}
    />
  );
}
