/**
 * Where to go after signing in. Anything that could leave the site is dropped: other schemes and hosts, `//host`,
 * and `/\host`, which browsers read as `//host`.
 */
export function safeNext(value: string | null | undefined): string {
  if (!value || !value.startsWith('/')) return '/';
  const base = 'http://studio.invalid';
  let url: URL;
  try {
    url = new URL(value, base);
  } catch {
    return '/';
  }
  if (url.origin !== base) return '/';
  const target = url.pathname + url.search + url.hash;
  // `/.//host` normalises to a path that starts with two slashes.
  if (target.startsWith('//') || target.startsWith('/sign-in') || target.startsWith('/sign-out')) return '/';
  return target;
}
