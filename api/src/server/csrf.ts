import { getOperationAST, GraphQLError, parse } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

/** A browser cannot send it to another origin without asking first; its value does not matter. */
const PREFLIGHT_HEADER = 'x-graphql-yoga-csrf';

/**
 * Bodies that a page of any origin may send, cookies included, without a preflight (Fetch standard, CORS-safelisted), and
 * the bare document that preceded GraphQL over HTTP. No GraphQL client posts any of them, whatever token it has.
 */
const REFUSED_CONTENT_TYPES = [
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'application/graphql',
];

/** What a client of GraphQL over HTTP or SSE says it takes. A link that is followed says text/html, or anything at all. */
const CLIENT_MEDIA_TYPES = ['application/graphql-response+json', 'application/json', 'text/event-stream'];

/**
 * Refuses what a foreign page could make a browser send with its cookies. A JSON body forces a preflight, so does a bearer
 * token, which a browser never sends of itself; a GET with one must say what a GraphQL client says, so that the token
 * alone does not turn an address into a query.
 */
export const csrfPrevention: Plugin = {
  onRequestParse({ request }) {
    const { headers } = request;
    if (headers.has(PREFLIGHT_HEADER)) return undefined;
    if (request.method !== 'GET') {
      if (isRefusedBody(headers.get('content-type'))) throw refusal();
      return undefined;
    }
    if (isBearer(headers.get('authorization')) && namesClientMedia(headers.get('accept'))) return undefined;
    return {
      // A mutation over GET is wrong with every header, so its answer is the one that helps: 405.
      onRequestParseDone({ requestParserResult }) {
        if (!isMutation(requestParserResult)) throw refusal();
      },
    };
  },
};

const isBearer = (header: string | null): boolean => header !== null && /^Bearer\s/i.test(header);

/** The media types of a header, without their parameters. */
const mediaTypesOf = (header: string | null): string[] =>
  (header ?? '').split(',').map((part) => part.split(';')[0]!.trim().toLowerCase());

/** None stated is refused as well: that is what a page sends with a body without a type. */
const isRefusedBody = (contentType: string | null): boolean =>
  mediaTypesOf(contentType).some((type) => type === '' || REFUSED_CONTENT_TYPES.includes(type));

const namesClientMedia = (accept: string | null): boolean =>
  mediaTypesOf(accept).some((type) => CLIENT_MEDIA_TYPES.includes(type));

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
    `A web page of another site could have sent this request. Post it as JSON (Content-Type: application/json), send a GET with a token and Accept: ${CLIENT_MEDIA_TYPES[0]!}, or add the header ${PREFLIGHT_HEADER}: 1.`,
    { extensions: { code: 'CSRF_REFUSED', http: { status: 403 } } },
  );
