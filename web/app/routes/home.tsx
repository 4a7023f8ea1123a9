import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { HomePageQueryDocument } from '#app/gql/home.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { HomePage } from '#app/modules/home/home-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Home · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(HomePageQueryDocument, {});
  return { snapshot: api.snapshot() };
};

export default HomePage;
