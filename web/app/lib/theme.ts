export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const COOKIE = 'studio_theme';
const ONE_YEAR_S = 31_536_000;

const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

export const parseTheme = (value: unknown): Theme => (isTheme(value) ? value : 'system');

export function readThemeCookie(header: string | null): Theme {
  const pair = header?.split(';').find((part) => part.trim().startsWith(`${COOKIE}=`));
  return parseTheme(pair?.split('=')[1]?.trim());
}

export const themeCookie = (theme: Theme): string =>
  `${COOKIE}=${theme}; Path=/; Max-Age=${ONE_YEAR_S}; SameSite=Lax`;
