import { data, redirect, type ActionFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { ModelProviderFormCreateDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { failureOf } from '#app/lib/failure.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { ModelProviderFormPage, readModelProviderForm } from '#app/modules/settings/model-provider-form.tsx';

export const meta: MetaFunction = () => [{ title: 'New model provider · MCP Agent Studio' }];

export const action = async (args: ActionFunctionArgs) => {
  const input = readModelProviderForm(await readForm(args.request));
  const result = await openApi(args).mutate(ModelProviderFormCreateDocument, { input });
  const failure = result.fault ?? failureOf(result.data.modelProviderCreate);
  if (!failure) return redirect('/settings/model-providers');
  // The key stays on the server: a refused form asks for it again.
  const { apiKey: _apiKey, ...sent } = input;
  return data({ failure, sent }, { status: 400 });
};

export default function ModelProviderNewRoute() {
  const result = useActionData<typeof action>();
  return <ModelProviderFormPage failure={result?.failure ?? null} sent={result?.sent ?? null} />;
}
