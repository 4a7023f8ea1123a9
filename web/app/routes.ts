import { index, layout, route, type RouteConfig } from '@remix-run/route-config';
import { modules } from './modules/registry.ts';

export default [
  layout('routes/dashboard.tsx', [
    index('routes/home.tsx'),
    ...modules.flatMap((module) => module.routes.map(({ path, file }) => route(path, file))),
  ]),
  route('graphql', 'routes/explorer.tsx'),
  route('sign-in', 'routes/sign-in.tsx'),
  route('register', 'routes/register.tsx'),
  route('sign-out', 'routes/sign-out.ts'),
  route('theme', 'routes/theme.ts'),
  route('*', 'routes/not-found.tsx'),
] satisfies RouteConfig;
