import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import {
  AgentFormAgentDocument,
  AgentFormOptionsDocument,
  AgentFormUpdateDocument,
} from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentFormPage, agentFormValues, readAgentForm } from '#app/modules/agents/agent-form.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Edit agent · MCP Agent Studio' }];

const findAgent = async (args: LoaderFunctionArgs | ActionFunctionArgs) =>
  requireEditable(
    'agent',
    await openApi(args).find(
      'agent',
      AgentFormAgentDocument,
      { id: args.params['agentId'] ?? '' },
      { isCached: false },
    ),
  );

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const agent = await findAgent(args);
  await api.query(AgentFormOptionsDocument, {});
  const values = agentFormValues(agent);
  return { snapshot: api.snapshot(), agent, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = readAgentForm(form);
  const agent = await findAgent(args);
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
  const { agent, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <AgentFormPage
      key={agent.id}
      agent={agent}
      failure={result?.failure ?? null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
