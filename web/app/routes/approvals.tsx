import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { data } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ApprovalsPageQueryDocument, ApprovalsPageResolveDocument } from '#app/gql/approvals.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { readPage } from '#app/lib/paging.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { readDecision } from '#app/modules/approvals/approval-answer.ts';
import { readStatuses } from '#app/modules/approvals/approval-status.ts';
import { ApprovalsPage } from '#app/modules/approvals/approvals-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Approvals · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const variables = { ...readPage(search), filter: { status: { in: readStatuses(search) } } };
  return openApi(args).query(ApprovalsPageQueryDocument, variables);
};

/** One answer to all that were chosen; those that could not be given are told one by one. */
export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const input = {
    approvalIds: form.getAll('approvalId').map(String),
    decision: readDecision(form),
    reason: textOf(form, 'reason'),
  };
  const { data: answered, fault } = await openApi(args).mutate(ApprovalsPageResolveDocument, { input });
  const result = answered?.approvalsResolve;
  const failure = fault ?? failureOf(result);
  if (failure || result?.__typename !== 'ApprovalsResolvePayload')
    return data({ failure, answer: null }, { status: fault ? 503 : 400 });
  const faults = result.results.flatMap(({ message }) => (message ? [message] : []));
  return data({ failure: null, answer: { resolvedCount: result.results.length - faults.length, faults } });
};

export default function ApprovalsRoute() {
  const result = useActionData<typeof action>();
  return (
    <ApprovalsPage
      data={useLoaderData<typeof loader>()}
      failure={result?.failure ?? null}
      answer={result?.answer ?? null}
    />
  );
}
