import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { SessionsPageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { SessionsPage } from '#app/modules/settings/sessions-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Sessions · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(SessionsPageQueryDocument, {});
  return { snapshot: api.snapshot() };
};

export default SessionsPage;
