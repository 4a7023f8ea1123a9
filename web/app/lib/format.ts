const LOCALE = 'en';

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' });
const numbers = new Intl.NumberFormat(LOCALE);
const compact = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });
const bytes = new Intl.NumberFormat(LOCALE, {
  notation: 'compact',
  style: 'unit',
  unit: 'byte',
  unitDisplay: 'narrow',
});

const exactTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'long' });

/** To make a formatter takes thousands of times as long as to use it. */
const moneyFormats = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, digits: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${currency} ${Object.entries(digits).join()}`;
  const known = moneyFormats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency, ...digits });
  moneyFormats.set(key, format);
  return format;
}

export function formatRelativeTime(instant: number, now: number): string {
  const distance = instant - now;
  const unit = units.find(([, ms]) => Math.abs(distance) >= ms);
  if (!unit) return distance > 5_000 ? 'in a moment' : 'just now';
  return relative.format(Math.round(distance / unit[1]), unit[0]);
}

export const formatExactTime = (instant: number): string => exactTime.format(instant);

export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1_000);
  if (minutes < 60) return seconds ? `${minutes} min ${seconds} s` : `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

export const formatNumber = (value: number): string => numbers.format(value);
/** How many rows a list has: `10,000+` where the API stopped counting. */
export const formatCount = (list: Counted | null | undefined): string =>
  `${formatNumber(list?.totalCount ?? 0)}${list?.isCapped ? '+' : ''}`;

export const pluralCount = (list: Counted, one: string): string =>
  `${formatCount(list)} ${list.totalCount === 1 ? one : `${one}s`}`;

export interface Counted {
  totalCount: number | null;
  isCapped: boolean | null;
}

export const formatBytes = (size: number): string => bytes.format(size);
export const formatCompact = (value: number): string => compact.format(value);

/** Costs of single calls are tiny, so the first significant digits are kept. The amount stays a decimal string. */
export function formatMoney(money: { amount: string; currency: string } | null | undefined): string | null {
  if (!money) return null;
  const value = Number(money.amount);
  const digits =
    value !== 0 && Math.abs(value) < 0.01 ? { maximumSignificantDigits: 2 } : { maximumFractionDigits: 2 };
  return moneyFormat(money.currency, digits).format(value);
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

/** `SERVER_UNREACHABLE` → `Server unreachable` */
export const sentenceCase = (constant: string): string => {
  const words = constant.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
