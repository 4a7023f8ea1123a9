import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { ProfilePageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { ProfilePage } from '#app/modules/settings/profile-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Profile · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  return openApi(args).query(ProfilePageQueryDocument, {});
};

export default function ProfilePageRoute() {
  return <ProfilePage viewer={useLoaderData<typeof loader>().viewer} />;
}
