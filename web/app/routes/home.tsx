import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { HomePageQueryDocument } from '#app/gql/home.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { HomePage } from '#app/modules/home/home-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Home · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  return { loaded: await openApi(args).query(HomePageQueryDocument, {}) };
};

export default function HomeRoute() {
  return <HomePage {...useLoaderData<typeof loader>()} />;
}
