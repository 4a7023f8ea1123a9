import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { AgentFormCreateDocument, AgentFormOptionsDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
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
  const result = await openApi(args).mutate(AgentFormCreateDocument, { input });
  const failure = result.fault ?? failureOf(result.data.agentCreate);
  const created = result.data?.agentCreate;
  if (failure || created?.__typename !== 'AgentCreatePayload' || !created.agent) {
    return data({ failure, sent: input }, { status: 400 });
  }
  return redirect(pathTo.agent(created.agent.id));
};

export default function AgentNewRoute() {
  const result = useActionData<typeof action>();
  return <AgentFormPage failure={result?.failure ?? null} sent={result?.sent ?? null} />;
}
