import { useFetcher, useLocation, useRouteLoaderData } from '@remix-run/react';
import { cx } from '#app/components/ui/class-names.ts';
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
            className={cx(
              'h-6 flex-1 rounded px-1.5 text-xs font-medium',
              option === theme ? 'bg-surface text-ink shadow-xs' : 'text-muted hover:text-ink',
            )}
          >
            {LABELS[option]}
          </button>
        ))}
      </fieldset>
    </fetcher.Form>
  );
}
