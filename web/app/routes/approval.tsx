import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ApprovalPageQueryDocument, ApprovalPageResolveDocument } from '#app/gql/approvals.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { inputOf, readAnswer } from '#app/modules/approvals/approval-answer.ts';
import { ApprovalPage } from '#app/modules/approvals/approval-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Approval · MCP Agent Studio' }];

const findApproval = (args: LoaderFunctionArgs) =>
  openApi(args).find('approval', ApprovalPageQueryDocument, { id: args.params['approvalId'] ?? '' });

export const loader = (args: LoaderFunctionArgs) => findApproval(args);

export const action = async (args: ActionFunctionArgs) => {
  const sent = readAnswer(await readForm(args.request));
  const { approval } = await findApproval(args);
  const input = inputOf(approval, sent);
  if ('code' in input) return data({ failure: input, sent }, { status: 400 });
  return submit(args, {
    document: ApprovalPageResolveDocument,
    variables: { input },
    sent,
    goTo: ({ approval: { execution } }) => (execution ? pathTo.execution(execution.id) : '/approvals'),
  });
};

export default function ApprovalRoute() {
  const { approval } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ApprovalPage
      key={approval.id}
      approval={approval}
      failure={result?.failure ?? null}
      sent={result?.sent ?? null}
    />
  );
}
