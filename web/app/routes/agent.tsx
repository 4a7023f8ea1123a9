import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { AgentPageQueryDocument, AgentPromptRunDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentPage } from '#app/modules/agents/agent-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Agent · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const id = args.params['agentId'] ?? '';
  await api.find('agent', AgentPageQueryDocument, { id });
  return { snapshot: api.snapshot(), id, idempotencyKey: crypto.randomUUID() };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const prompt = textOf(form, 'prompt');
  const input = {
    agentId: args.params['agentId'] ?? '',
    prompt,
    idempotencyKey: textOf(form, 'idempotencyKey'),
  };
  const result = await openApi(args).mutate(AgentPromptRunDocument, { input });
  const failure = result.fault ?? failureOf(result.data.agentRun);
  const run = result.data?.agentRun;
  if (failure || run?.__typename !== 'AgentRunPayload' || !run.execution)
    return data({ failure, prompt }, { status: 400 });
  return redirect(pathTo.execution(run.execution.id));
};

export default function AgentRoute() {
  const { id, idempotencyKey } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <AgentPage
      key={id}
      agentId={id}
      idempotencyKey={idempotencyKey}
      runFailure={result?.failure ?? null}
      prompt={result?.prompt ?? ''}
    />
  );
}
