import { createHash } from 'node:crypto';
import type { LoaderFunctionArgs } from '@remix-run/node';
import { AppShellQueryDocument, type AppShellQuery } from '#app/gql/session.ts';
import { accessTokenOf } from './api-session.server.ts';
import { openApi } from './open-api.server.ts';

type Viewer = NonNullable<AppShellQuery['viewer']>;

/** How long a new name or role may take to show around the pages. It opens nothing: the API judges each question anew. */
const REMEMBERED_MS = 60_000;
/** About half a kilobyte each. */
const MOST_REMEMBERED = 2_000;

/** By a digest of the access token, so by session: what one visitor is called never reaches another. */
const remembered = new Map<string, { viewer: Viewer; until: number }>();

function remember(key: string, viewer: Viewer): void {
  remembered.delete(key);
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size >= MOST_REMEMBERED) remembered.delete(oldest);
  remembered.set(key, { viewer, until: Date.now() + REMEMBERED_MS });
}

/** Who is signed in. Redirects to the sign-in page when nobody is. */
export async function loadViewer(args: LoaderFunctionArgs): Promise<Viewer> {
  const token = accessTokenOf(args.request.headers.get('cookie'));
  const key = token && createHash('sha256').update(token).digest('base64');
  const known = key ? remembered.get(key) : undefined;
  if (known && known.until > Date.now()) return known.viewer;
  const { viewer } = await openApi(args).query(AppShellQueryDocument, {});
  if (!viewer) throw new Error('An answer without a viewer is that of somebody who is signed out.');
  if (key) remember(key, viewer);
  return viewer;
}
