import type { ActionFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData } from '@remix-run/react';
import { ModelProviderFormCreateDocument } from '#app/gql/settings.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { ModelProviderFormPage, readModelProviderForm } from '#app/modules/settings/model-provider-form.tsx';

export const meta: MetaFunction = () => [{ title: 'New model provider · MCP Agent Studio' }];

export const action = async (args: ActionFunctionArgs) => {
  const input = readModelProviderForm(await readForm(args.request));
  // The key stays on the server: a refused form asks for it again.
  const { apiKey: _apiKey, ...sent } = input;
  return submit(args, {
    document: ModelProviderFormCreateDocument,
    variables: { input },
    sent,
    goTo: () => pathTo.modelProviders,
  });
};

export default function ModelProviderNewRoute() {
  const result = useActionData<typeof action>();
  return (
    <ModelProviderFormPage
      provider={null}
      failure={result?.failure ?? null}
      values={result?.sent ?? null}
      shown={null}
    />
  );
}
