import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';
import { useEffect, useRef, useState } from 'react';
import { refreshSession } from '#app/lib/api/session-refresh.ts';
import { createSocket } from '#app/lib/api/socket.ts';
import type { Theme } from '#app/lib/theme.ts';
import type { OpenOperation } from './examples.ts';
import { correctTabRoles } from './tab-roles.ts';

const refreshingFetch: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await response.clone().text();
  if (!text.includes('"code":"UNAUTHENTICATED"')) return response;
  return (await refreshSession()) ? fetch(input, init) : response;
};

const createFetcher = () =>
  createGraphiQLFetcher({
    url: '/graphql',
    fetch: refreshingFetch,
    // Types of another copy of the socket library, with the same shape.
    wsClient: createSocket() as Parameters<typeof createGraphiQLFetcher>[0]['wsClient'],
    headers: { 'x-graphql-yoga-csrf': '1' },
  });

export interface GraphiqlEditorProps {
  operation: OpenOperation;
  theme: Theme;
}

/** Signed in by the session cookie, so no header and no token is ever typed, stored or shared. */
export default function GraphiqlEditor({ operation, theme }: GraphiqlEditorProps) {
  const [fetcher] = useState(createFetcher);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => (frame.current ? correctTabRoles(frame.current) : undefined), []);
  return (
    <div ref={frame} className="h-full">
      <GraphiQL
        key={operation.query + operation.variables}
        fetcher={fetcher}
        initialQuery={operation.query}
        initialVariables={operation.variables}
        shouldPersistHeaders={false}
        {...(theme !== 'system' && { forcedTheme: theme })}
      >
        <GraphiQL.Logo>
          <span />
        </GraphiQL.Logo>
      </GraphiQL>
    </div>
  );
}
