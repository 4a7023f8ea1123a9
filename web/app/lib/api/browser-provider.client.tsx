import { ApolloProvider } from '@apollo/client/react';
import { useState, type ReactNode } from 'react';
import { openBrowserClient } from './browser-client.client.ts';

export function BrowserProvider({ children }: { children: ReactNode }) {
  const [client] = useState(openBrowserClient);
  return <ApolloProvider client={client}>{children}</ApolloProvider>;
}
