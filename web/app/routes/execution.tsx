import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { ExecutionPageLogDocument, ExecutionPageQueryDocument } from '#app/gql/executions.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { ExecutionPage } from '#app/modules/executions/execution-page.tsx';
import type { ExecutionEvent } from '#app/modules/executions/timeline-model.ts';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

/** The page is complete with the first events; the stream brings the rest from there on. */
const RENDERED_EVENTS = 100;

export const meta: MetaFunction = () => [{ title: 'Execution · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  const id = args.params['executionId'] ?? '';
  const [, log] = await Promise.all([
    api.find('execution', ExecutionPageQueryDocument, { id }),
    api.find('execution', ExecutionPageLogDocument, { id, first: RENDERED_EVENTS }, { isCached: false }),
  ]);
  const events: ExecutionEvent[] = nodesOf(log.events);
  return { snapshot: api.snapshot(), id, events };
};

/** The stream keeps the page up to date. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ currentParams, nextParams }) =>
  currentParams['executionId'] !== nextParams['executionId'];

export default function ExecutionRoute() {
  const { id, events } = useLoaderData<typeof loader>();
  return <ExecutionPage key={id} executionId={id} initialEvents={events} />;
}
