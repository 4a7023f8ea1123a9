import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { safeNext } from '#app/lib/safe-next.ts';
import { parseTheme, themeCookie } from '#app/lib/theme.ts';

export const action = async ({ request }: ActionFunctionArgs) => {
  const form = await request.formData();
  return redirect(safeNext(String(form.get('next') ?? '/')), {
    headers: { 'set-cookie': themeCookie(parseTheme(form.get('theme'))) },
  });
};

export const loader = () => redirect('/');
