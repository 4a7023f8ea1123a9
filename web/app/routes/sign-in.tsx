import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { SignInLoginDocument, SignInPageQueryDocument } from '#app/gql/session.ts';
import { openApi } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import { safeNext } from '#app/lib/safe-next.ts';
import { SignInPage } from '#app/modules/session/sign-in-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Sign in · MCP Agent Studio' }];

export const loader = async (args: LoaderFunctionArgs) => {
  const search = new URL(args.request.url).searchParams;
  const { registration } = await openApi(args).query(SignInPageQueryDocument, {});
  return { registration, next: safeNext(search.get('next')), hasEnded: search.has('ended') };
};

/** The API sets the session cookies; `openApi` passes them on to the browser. */
export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const email = textOf(form, 'email');
  return submit(args, {
    document: SignInLoginDocument,
    variables: { input: { email, password: String(form.get('password') ?? '') } },
    sent: { email },
    goTo: () => safeNext(textOf(form, 'next')),
  });
};

export default function SignInRoute() {
  const { next, hasEnded, registration } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <SignInPage
      next={next}
      hasEnded={hasEnded}
      registration={registration}
      failure={result?.failure ?? null}
      email={result?.sent.email ?? ''}
    />
  );
}
