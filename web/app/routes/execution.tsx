import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import {
  ExecutionActionsCancelDocument,
  ExecutionActionsRetryDocument,
  ExecutionPageWithLogDocument,
} from '#app/gql/executions.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { ExecutionPage } from '#app/modules/executions/execution-page.tsx';
import type { ExecutionEvent } from '#app/modules/executions/timeline-model.ts';

/** The page is complete with the first events; the stream brings the rest from there on. */
const RENDERED_EVENTS = 100;

export const meta: MetaFunction = () => [{ title: 'Execution · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const variables = { id: args.params['executionId'] ?? '' };
  const found = await openApi(args).find('execution', ExecutionPageWithLogDocument, {
    ...variables,
    first: RENDERED_EVENTS,
  });
  const { events: log, ...execution } = found.execution;
  const events: ExecutionEvent[] = nodesOf(log);
  return { page: { variables, loaded: { execution } }, events, idempotencyKey: crypto.randomUUID() };
};

/** The buttons of the page before its script is there, or without it. */
export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const executionId = args.params['executionId'] ?? '';
  switch (textOf(form, 'intent')) {
    case 'stop':
      return submit(args, {
        document: ExecutionActionsCancelDocument,
        variables: { input: { executionId } },
        sent: null,
        goTo: () => pathTo.execution(executionId),
      });
    case 'retry':
      return submit(args, {
        document: ExecutionActionsRetryDocument,
        variables: { input: { executionId, idempotencyKey: textOf(form, 'idempotencyKey') } },
        sent: null,
        goTo: ({ execution }) => (execution ? pathTo.execution(execution.id) : '/executions'),
      });
    default:
      throw new Response('This is no action of a run.', { status: 400 });
  }
};

/** The stream keeps the page up to date. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ currentParams, nextParams }) =>
  currentParams['executionId'] !== nextParams['executionId'];

export default function ExecutionRoute() {
  const { page, events, idempotencyKey } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ExecutionPage
      key={page.variables.id}
      page={page}
      initialEvents={events}
      idempotencyKey={idempotencyKey}
      failure={result?.failure ?? null}
    />
  );
}
