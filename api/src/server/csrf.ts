import { getOperationAST, GraphQLError, parse } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

/** A browser cannot send it to another origin without asking first; its value does not matter. */
const PREFLIGHT_HEADER = 'x-graphql-yoga-csrf';

/** What a page of any origin may send, cookies included, without a preflight (Fetch standard, CORS-safelisted). */
const SIMPLE_CONTENT_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/**
 * Refuses what a foreign page could make a browser send with its cookies. A bearer token is never sent by a browser of
 * itself, and forces a preflight; so does a JSON body.
 */
export const csrfPrevention: Plugin = {
  onRequestParse({ request }) {
    const { headers } = request;
    if (headers.has(PREFLIGHT_HEADER) || isBearer(headers.get('authorization'))) return undefined;
    if (request.method !== 'GET') {
      if (isPreflighted(headers.get('content-type'))) return undefined;
      throw refusal();
    }
    return {
      // A mutation over GET is wrong with every header, so its answer is the one that helps: 405.
      onRequestParseDone({ requestParserResult }) {
        if (!isMutation(requestParserResult)) throw refusal();
      },
    };
  },
};

const isBearer = (header: string | null): boolean => header !== null && /^Bearer\s/i.test(header);

function isPreflighted(contentType: string | null): boolean {
  const type = contentType?.toLowerCase();
  return type !== undefined && !SIMPLE_CONTENT_TYPES.some((simple) => type.startsWith(simple));
}

function isMutation(params: GraphQLParams | GraphQLParams[]): boolean {
  if (Array.isArray(params) || typeof params.query !== 'string') return false;
  try {
    // The length of a URL bounds what there is to parse.
    return getOperationAST(parse(params.query), params.operationName)?.operation === 'mutation';
  } catch {
    // Not a document: as good as no mutation, and refused all the same.
    return false;
  }
}

const refusal = () =>
  new GraphQLError(
    `A web page of another site could have sent this request. Send it with a token (Authorization: Bearer …), as JSON by POST, or with the header ${PREFLIGHT_HEADER}: 1.`,
    { extensions: { code: 'CSRF_REFUSED', http: { status: 403 } } },
  );
