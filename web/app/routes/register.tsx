import { data, redirect, type ActionFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { RegisterRegisterDocument } from '#app/gql/session.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { textOf } from '#app/lib/form-text.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { RegisterPage } from '#app/modules/session/register-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Create an organization · MCP Agent Studio' }];

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const values = {
    name: textOf(form, 'name'),
    email: textOf(form, 'email'),
    organizationName: textOf(form, 'organizationName'),
  };
  const input = { ...values, password: String(form.get('password') ?? '') };
  const result = await openApi(args).mutate(RegisterRegisterDocument, { input });
  const failure = result.fault ?? failureOf(result.data.authRegister);
  if (failure) return data({ failure, values }, { status: result.fault ? 503 : 400 });
  return redirect('/');
};

export default function RegisterRoute() {
  const result = useActionData<typeof action>();
  return (
    <RegisterPage
      failure={result?.failure ?? null}
      values={result?.values ?? { name: '', email: '', organizationName: '' }}
    />
  );
}
