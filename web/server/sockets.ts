import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'http-proxy-middleware';
import { isSocketForApi } from './api-proxy.ts';
import { HOST_REFUSAL, isOwnHost, type Door } from './own-host.ts';

interface Way {
  env: Door;
  apiProxy: Pick<RequestHandler, 'upgrade'>;
  /** Answers when the API accepts connections, or with false when it has been away for too long. */
  apiIsBack: () => Promise<boolean>;
}

const refuse = (socket: Socket, status: string, text: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n${text}\n`);
};

/** Passes WebSockets on to the API, and returns those that are open or wait for it. */
export function passSockets(server: Server, { env, apiProxy, apiIsBack }: Way): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket;
    if (!isSocketForApi(request)) {
      socket.destroy();
      return;
    }
    if (!isOwnHost(request, env)) {
      refuse(socket, '403 Forbidden', HOST_REFUSAL);
      return;
    }
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    void apiIsBack().then((isBack) => {
      // Nobody can be told of a peer that went away meanwhile: nothing reads the socket while it waits.
      if (socket.destroyed) return;
      if (isBack) apiProxy.upgrade(request, socket, head);
      else refuse(socket, '503 Service Unavailable', 'The API cannot be reached.');
    });
  });
  return sockets;
}
