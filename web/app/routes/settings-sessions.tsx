import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { SessionsPageQueryDocument } from '#app/gql/settings.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { SessionsPage } from '#app/modules/settings/sessions-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Sessions · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  return { loaded: await openApi(args).query(SessionsPageQueryDocument, {}) };
};

export default function SessionsPageRoute() {
  return <SessionsPage {...useLoaderData<typeof loader>()} />;
}
