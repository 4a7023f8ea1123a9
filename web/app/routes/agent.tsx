import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { AgentPageQueryDocument, AgentPromptRunDocument } from '#app/gql/agents.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { AgentPage } from '#app/modules/agents/agent-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Agent · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const variables = { id: args.params['agentId'] ?? '' };
  const loaded = await openApi(args).find('agent', AgentPageQueryDocument, variables);
  return { page: { variables, loaded }, idempotencyKey: crypto.randomUUID() };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const prompt = textOf(form, 'prompt');
  const idempotencyKey = textOf(form, 'idempotencyKey');
  return submit(args, {
    document: AgentPromptRunDocument,
    variables: { input: { agentId: args.params['agentId'] ?? '', prompt, idempotencyKey } },
    sent: { prompt },
    goTo: ({ execution }) => (execution ? pathTo.execution(execution.id) : '/executions'),
  });
};

export default function AgentRoute() {
  const { page, idempotencyKey } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <AgentPage
      key={page.variables.id}
      page={page}
      idempotencyKey={idempotencyKey}
      runFailure={result?.failure ?? null}
      prompt={result?.sent.prompt ?? ''}
    />
  );
}
