import { createReadableStreamFromReadable, type AppLoadContext, type EntryContext } from '@remix-run/node';
import { RemixServer } from '@remix-run/react';
import { isbot } from 'isbot';
import { renderToPipeableStream } from 'react-dom/server';
import { joinWrites } from './lib/joined-writes.server.ts';
import { NonceProvider } from './lib/nonce.ts';

/** A page that is not complete by then is cut; it has to be longer than the slowest loader may take. */
export const streamTimeout = 10_000;
const ABORT_AFTER_MS = streamTimeout + 1_000;

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { cspNonce }: AppLoadContext,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    let responseStatus = status;
    let isShellSent = false;
    // A crawler takes what is in the first answer and does not wait for the rest.
    const isWhole = isbot(request.headers.get('user-agent') ?? '') || remixContext.isSpaMode;
    const send = (): void => {
      isShellSent = true;
      const body = joinWrites();
      headers.set('content-type', 'text/html; charset=utf-8');
      // Pages show what one visitor may see.
      headers.set('cache-control', 'private, no-cache');
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: responseStatus }));
      pipe(body);
    };
    const { pipe, abort } = renderToPipeableStream(
      <NonceProvider value={cspNonce}>
        <RemixServer context={remixContext} url={request.url} nonce={cspNonce} />
      </NonceProvider>,
      {
        nonce: cspNonce,
        onShellReady: isWhole ? undefined : send,
        onAllReady: isWhole ? send : undefined,
        onShellError: reject,
        onError(error) {
          responseStatus = 500;
          // Before the shell is sent the promise rejects with it, and the server logs it once.
          if (isShellSent) process.emitWarning(error instanceof Error ? error : String(error));
        },
      },
    );
    setTimeout(abort, ABORT_AFTER_MS).unref();
  });
}
