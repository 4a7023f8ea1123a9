import { useFetcher, useLocation, useRouteLoaderData } from '@remix-run/react';
import { THEMES, parseTheme } from '#app/lib/theme.ts';
import type { loader as rootLoader } from '#app/root.tsx';

const LABELS = { system: 'System', light: 'Light', dark: 'Dark' } as const;

export function ThemeSwitch() {
  const fetcher = useFetcher();
  const { pathname, search } = useLocation();
  const stored = useRouteLoaderData<typeof rootLoader>('root')?.theme ?? 'system';
  const chosen = fetcher.formData?.get('theme');
  const theme = chosen ? parseTheme(chosen) : stored;
  return (
    <fetcher.Form method="post" action="/theme">
      <input type="hidden" name="next" value={pathname + search} />
      <fieldset className="flex rounded-md border border-line bg-sunken p-0.5">
        <legend className="sr-only">Colour theme</legend>
        {THEMES.map((option) => (
          <button
            key={option}
            name="theme"
            value={option}
            aria-pressed={option === theme}
            className="theme-option"
          >
            {LABELS[option]}
          </button>
        ))}
      </fieldset>
    </fetcher.Form>
  );
}
