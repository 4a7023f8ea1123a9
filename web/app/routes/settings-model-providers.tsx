import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ModelProvidersPageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ModelProvidersPage } from '#app/modules/settings/model-providers-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Model providers · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  return { loaded: await openApi(args).query(ModelProvidersPageQueryDocument, {}) };
};

export default function ModelProvidersPageRoute() {
  return <ModelProvidersPage {...useLoaderData<typeof loader>()} />;
}
