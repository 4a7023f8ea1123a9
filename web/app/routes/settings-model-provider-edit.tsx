import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import {
  ModelProviderFormModelProviderDocument,
  ModelProviderFormUpdateDocument,
} from '#app/gql/settings.ts';
import { openApi, throwNotFound } from '#app/lib/api/open-api.server.ts';
import { submitEdit } from '#app/lib/api/submit.server.ts';
import { readShown, requireEditable, shownIn } from '#app/lib/edit.server.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import {
  ModelProviderFormPage,
  modelProviderFormValues,
  readModelProviderForm,
} from '#app/modules/settings/model-provider-form.tsx';

export const meta: MetaFunction = () => [{ title: 'Edit model provider · MCP Agent Studio' }];

const findProvider = async (args: LoaderFunctionArgs | ActionFunctionArgs) => {
  const id = args.params['modelProviderId'] ?? '';
  const document = ModelProviderFormModelProviderDocument;
  const { node } = await openApi(args).find('node', document, { id });
  return node.__typename === 'ModelProvider'
    ? requireEditable('model provider', node)
    : throwNotFound('model provider');
};

export const loader = async (args: LoaderFunctionArgs) => {
  const provider = await findProvider(args);
  const values = modelProviderFormValues(provider);
  return { provider, values, shown: shownIn(values) };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  // A provider stays of its kind, and its key stays on the server: a refused form asks for it again.
  const { kind: _kind, ...values } = readModelProviderForm(form);
  const { apiKey: _apiKey, ...sent } = values;
  const provider = await findProvider(args);
  return submitEdit(args, {
    noun: 'model provider',
    document: ModelProviderFormUpdateDocument,
    variables: (changes) => ({ input: { modelProviderId: provider.id, ...changes } }),
    values,
    shown: readShown(form),
    now: modelProviderFormValues(provider),
    sent,
    goTo: pathTo.modelProviders,
  });
};

export default function ModelProviderEditRoute() {
  const { provider, values, shown } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <ModelProviderFormPage
      key={provider.id}
      provider={provider}
      failure={result?.failure ?? null}
      values={result?.sent ?? values}
      shown={result?.shown ?? shown}
    />
  );
}
