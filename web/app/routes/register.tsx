import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { RegisterRegisterDocument, SignInPageQueryDocument } from '#app/gql/session.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { RegisterPage } from '#app/modules/session/register-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Create an organization · MCP Agent Studio' }];

export const loader = (args: LoaderFunctionArgs) => openApi(args).query(SignInPageQueryDocument, {});

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const sent = {
    name: textOf(form, 'name'),
    email: textOf(form, 'email'),
    organizationName: textOf(form, 'organizationName'),
  };
  return submit(args, {
    document: RegisterRegisterDocument,
    variables: { input: { ...sent, password: String(form.get('password') ?? '') } },
    sent,
    goTo: () => '/',
  });
};

export default function RegisterRoute() {
  const { registration } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <RegisterPage
      registration={registration}
      failure={result?.failure ?? null}
      values={result?.sent ?? { name: '', email: '', organizationName: '' }}
    />
  );
}
