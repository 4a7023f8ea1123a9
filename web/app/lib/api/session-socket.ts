import type { Client } from 'graphql-ws';

let socket: Promise<Client> | undefined;

/** One for the life of the document, loaded after the page has become usable. */
export function openSocket(): Promise<Client> {
  socket ??= import('./socket.ts').then(
    ({ createSocket }) => createSocket(),
    (error: unknown) => {
      // Lost with the network, perhaps: the next one who needs it tries again.
      socket = undefined;
      throw error;
    },
  );
  return socket;
}

/**
 * Follows the session of the visitor: a page without a stream leads to the sign-in page too as soon as it has ended. What
 * is not loaded now is loaded with the next stream, or not needed.
 */
export const watchSession = (): void => void openSocket().catch(() => undefined);
