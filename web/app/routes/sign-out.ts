import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { SignOutLogoutDocument } from '#app/gql/session.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';

export const action = async (args: ActionFunctionArgs) => {
  const { fault } = await openApi(args).mutate(SignOutLogoutDocument, {});
  // Without an answer the session may live on; saying "signed out" would be false.
  if (fault) throw new Response(fault.message, { status: 503 });
  return redirect('/sign-in');
};

export const loader = () => redirect('/');
