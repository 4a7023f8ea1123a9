/** The session cookies. Over https they carry the `__Host-` prefix, which browsers accept only with Secure and Path=/. */
export interface CookieNames {
  access: string;
  refresh: string;
}

const REFRESH_SECONDS = 30 * 86_400;

export const cookieNames = (publicUrl: string): CookieNames => {
  const prefix = isSecure(publicUrl) ? '__Host-' : '';
  return { access: `${prefix}studio_access`, refresh: `${prefix}studio_refresh` };
};

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:');

export function readCookie(header: string | null | undefined, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=') || null;
  }
  return null;
}

/** `Set-Cookie` values that store the tokens, or clear them (`null`). */
export function sessionCookies(
  publicUrl: string,
  tokens: { accessToken: string; refreshToken: string; expiresAt: Date } | null,
  now: Date,
): string[] {
  const { access, refresh } = cookieNames(publicUrl);
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure(publicUrl) ? '; Secure' : ''}`;
  const seconds = tokens ? Math.max(0, Math.floor((tokens.expiresAt.getTime() - now.getTime()) / 1_000)) : 0;
  return [
    `${access}=${tokens?.accessToken ?? ''}; Max-Age=${seconds}; ${attributes}`,
    `${refresh}=${tokens?.refreshToken ?? ''}; Max-Age=${tokens ? REFRESH_SECONDS : 0}; ${attributes}`,
  ];
}
