import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { ExecutionPageWithLogDocument } from '#app/gql/executions.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { nodesOf } from '#app/lib/paging.ts';
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
  return { page: { variables, loaded: { execution } }, events };
};

/** The stream keeps the page up to date. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ currentParams, nextParams }) =>
  currentParams['executionId'] !== nextParams['executionId'];

export default function ExecutionRoute() {
  const { page, events } = useLoaderData<typeof loader>();
  return <ExecutionPage key={page.variables.id} page={page} initialEvents={events} />;
}
