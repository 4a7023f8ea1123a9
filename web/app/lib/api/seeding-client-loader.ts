import type { ClientLoaderFunctionArgs } from '@remix-run/react';
import type { CacheSnapshot } from './cache.ts';
import { seedBrowserCache } from './browser-client.ts';

export interface Seeded {
  snapshot: CacheSnapshot;
}

/** Puts the loader's results into the cache before the page renders; writing while rendering would re-render others. */
export async function seedingClientLoader({ serverLoader }: ClientLoaderFunctionArgs) {
  const payload = await serverLoader<Seeded>();
  seedBrowserCache(payload.snapshot);
  return payload;
}
