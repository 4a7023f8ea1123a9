import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { ModelProvidersPageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ModelProvidersPage } from '#app/modules/settings/model-providers-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Model providers · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(ModelProvidersPageQueryDocument, {});
  return { snapshot: api.snapshot() };
};

export default ModelProvidersPage;
