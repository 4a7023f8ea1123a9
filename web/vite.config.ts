import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

declare module '@remix-run/server-runtime' {
  interface Future {
    v3_singleFetch: true;
  }
}

/**
 * Parts of most pages: small, and without packages of their own. Each in a file of its own is a line of every page that names
 * it, twice, and a request. What opens dialogs, menus and tabs, or the client of the browser, stays by itself.
 */
const PARTS_OF_PAGES =
  /[\\/]app[\\/](?:components[\\/](?!ui[\\/](?:dialog|menu|tabs)\.|charts)[^?]*\.tsx?|lib[\\/][\w-]+\.ts|lib[\\/]api[\\/]fault\.ts|modules[\\/]\w+[\\/]\w+-status\.ts)$/;

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [
    tailwindcss(),
    remix({
      ignoredRouteFiles: ['**/*'],
      future: {
        v3_fetcherPersist: true,
        v3_lazyRouteDiscovery: true,
        v3_relativeSplatPath: true,
        v3_routeConfig: true,
        v3_singleFetch: true,
        v3_throwAbortReason: true,
      },
    }),
  ],
  // Otherwise the first visit of a route finds new dependencies, and the re-optimised bundle holds a second React.
  optimizeDeps: { entries: ['./app/entry.client.tsx', './app/root.tsx', './app/routes/**/*.tsx'] },
  build: {
    target: 'es2022',
    sourcemap: false,
    chunkSizeWarningLimit: 1500,
    rollupOptions: isSsrBuild
      ? {}
      : {
          output: {
            manualChunks: (id) => (PARTS_OF_PAGES.test(id) ? 'parts' : undefined),
            onlyExplicitManualChunks: true,
          },
        },
  },
  worker: { format: 'es' },
}));
