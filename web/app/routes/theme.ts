import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { readForm } from '#app/lib/read-form.server.ts';
import { safeNext } from '#app/lib/safe-next.ts';
import { parseTheme, themeCookie } from '#app/lib/theme.ts';

export const action = async ({ request }: ActionFunctionArgs) => {
  const form = await readForm(request);
  return redirect(safeNext(String(form.get('next') ?? '/')), {
    headers: { 'set-cookie': themeCookie(parseTheme(form.get('theme'))) },
  });
};

export const loader = () => redirect('/');
