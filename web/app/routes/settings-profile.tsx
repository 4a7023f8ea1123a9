import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { ProfilePageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ProfilePage } from '#app/modules/settings/profile-page.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const meta: MetaFunction = () => [{ title: 'Profile · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  await api.query(ProfilePageQueryDocument, {});
  return { snapshot: api.snapshot() };
};

export default ProfilePage;
