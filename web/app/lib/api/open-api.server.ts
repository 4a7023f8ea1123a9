import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { createApiSession, hasSessionCookie, isSignedOut, type ApiResult } from './api-session.server.ts';
import { faultIn, statusOfFault, UNREACHABLE, type Fault } from './fault.ts';
import { shareRepeated } from './share-repeated.server.ts';
import { failureOfFault, type Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';

declare module '@remix-run/server-runtime' {
  interface AppLoadContext {
    apiUrl: string;
    cspNonce: string;
    requestId: string;
    clientAddress: string | null;
    appendSetCookie: (header: string) => void;
  }
}

export interface OpenApi {
  /** Throws a redirect to the sign-in page, or the fault as a response for the error boundary. */
  query<TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
  ): Promise<TData>;
  /** The data of a page about one row. Throws 404 for an id that is unknown, of another organization, or none at all. */
  find<TNoun extends string, TData extends Record<TNoun, unknown>, TVariables extends OperationVariables>(
    noun: TNoun,
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
  ): Promise<TData & Record<TNoun, NonNullable<TData[TNoun]>>>;
  /** Faults come back as a failure, so that a form keeps what was typed. */
  mutate<TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
  ): Promise<{ data: TData; fault: null } | { data: null; fault: Failure }>;
}

const holds = <TData extends object, TNoun extends keyof TData>(
  data: TData | null,
  noun: TNoun,
): data is TData & Record<TNoun, NonNullable<TData[TNoun]>> => (data?.[noun] ?? null) !== null;

const throwFault = (fault: Fault): never => {
  throw data(fault, { status: statusOfFault(fault) });
};

export const throwNotFound = (noun: string): never =>
  throwFault({
    code: 'NOT_FOUND',
    message: `This ${noun} does not exist, or you may not see it.`,
    requestId: null,
  });

const signInPathFor = (request: Request): string => {
  const url = new URL(request.url);
  const next = request.method === 'GET' ? url.pathname + url.search : url.pathname;
  return hasSessionCookie(request.headers.get('cookie')) ? pathTo.signInAgain(next) : pathTo.signIn(next);
};

/** What the loaders and the action of one request ask the API, as its visitor. */
export function openApi({ request, context }: LoaderFunctionArgs | ActionFunctionArgs): OpenApi {
  const session = createApiSession({
    apiUrl: context.apiUrl,
    cookieHeader: request.headers.get('cookie'),
    requestId: context.requestId,
    clientAddress: context.clientAddress,
    userAgent: request.headers.get('user-agent'),
    onSetCookie: context.appendSetCookie,
  });

  const ask = async <TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
  ) => {
    let result: ApiResult;
    try {
      result = await session.send(document, variables);
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
      return { data: null, fault: { ...UNREACHABLE, requestId: context.requestId } };
    }
    if (isSignedOut(result)) throw redirect(signInPathFor(request));
    const fault = faultIn(result.errors);
    return {
      data: shareRepeated(result.data as TData | null),
      fault: fault && { ...fault, requestId: fault.requestId ?? context.requestId },
    };
  };
  const noResult: Fault = {
    code: 'INTERNAL',
    message: 'The API gave no result.',
    requestId: context.requestId,
  };

  return {
    async query(document, variables) {
      const { data: found, fault } = await ask(document, variables);
      return fault || found === null ? throwFault(fault ?? noResult) : found;
    },
    async find(noun, document, variables) {
      const { data: found, fault } = await ask(document, variables);
      // The text in the address is no id of this noun, which tells a visitor nothing else than an unknown one does.
      if (fault && fault.code !== 'BAD_USER_INPUT') throwFault(fault);
      return holds(found, noun) ? found : throwNotFound(noun);
    },
    async mutate(document, variables) {
      const { data: done, fault } = await ask(document, variables);
      if (fault || done === null) return { data: null, fault: failureOfFault(fault ?? noResult) };
      return { data: done, fault: null };
    },
  };
}
