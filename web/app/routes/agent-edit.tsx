import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { AgentFormEditDocument, AgentFormUpdateDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentFormPage, agentFormValues, readAgentForm } from '#app/modules/agents/agent-form.tsx';

export const meta: MetaFunction = () => [{ title: 'Edit agent · MCP Agent Studio' }];

const findAgent = async (args: LoaderFunctionArgs | ActionFunctionArgs) => {
  const id = args.params['agentId'] ?? '';
  const { agent, ...options } = await openApi(args).find('agent', AgentFormEditDocument, { id });
  return { agent: requireEditable('agent', agent), options };
};

export const loader = async (args: LoaderFunctionArgs) => {
  const { agent, options } = await findAgent(args);
  const values = agentFormValues(agent);
  return { agent, options, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = readAgentForm(form);
  const { agent } = await findAgent(args);
  return submitEdit(args, {
    noun: 'agent',
    document: AgentFormUpdateDocument,
    variables: (changes) => ({ input: { agentId: agent.id, ...changes } }),
    values: sent,
    shown: readShown(form),
    now: agentFormValues(agent),
    sent,
    goTo: pathTo.agent(agent.id),
  });
};

export default function AgentEditRoute() {
  const { agent, options, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <AgentFormPage
      key={agent.id}
      agent={agent}
      options={options}
      failure={result?.failure ?? null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
