import { lookup as resolveName, promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';

/** A request that the egress guard refused. Its message is a sentence for people. */
export class EgressBlockedError extends Error {
  override readonly name = 'EgressBlockedError';
  /** Found by drivers along an error's causes, which may not import this module. */
  readonly code = 'EGRESS_BLOCKED';
}

export interface Egress {
  /**
   * `fetch` for everything a person can enter an address for: MCP servers, model endpoints, webhooks. The address is
   * checked when the connection is made, after DNS, so a name that changes its address is caught too. Redirects are never
   * followed: the 3xx answer is returned as it is. Has no time limit of its own, bring a signal.
   * Throws EgressBlockedError, otherwise what fetch throws.
   */
  fetch: typeof fetch;
  /** Says early, when an address is saved, what `fetch` would refuse now. Throws EgressBlockedError. */
  checkUrl(url: string): Promise<void>;
}

/** The guard. `allowPrivate` is the operator's decision that private and local addresses may be reached. */
export function createEgress({ allowPrivate }: { allowPrivate: boolean }): Egress {
  const connect = buildConnector(allowPrivate ? {} : { lookup: guardedLookup });
  const dispatcher = new Agent({
    // An address that is written out is never looked up, so it is checked here.
    connect: (options, callback) => {
      const blocked = allowPrivate ? undefined : blockedLiteral(options.hostname);
      if (blocked) callback(blocked, null);
      else connect(options, callback);
    },
    headersTimeout: 0, // a tool may work for as long as its caller's limit says
    bodyTimeout: 0,
  });
  const guardedFetch = async (input: string | URL, init?: object) => {
    parseUrl(input);
    try {
      return await undiciFetch(input, { ...init, dispatcher, redirect: 'manual' });
    } catch (error) {
      throw error instanceof Error && error.cause instanceof EgressBlockedError ? error.cause : error;
    }
  };
  return {
    fetch: guardedFetch as typeof fetch, // undici's own types of Request and Response differ in name only
    checkUrl: async (url) => {
      const { hostname } = parseUrl(url);
      if (allowPrivate) return;
      const blocked = blockedLiteral(hostname);
      if (blocked) throw blocked;
      if (!isIP(bare(hostname))) assertPublic(hostname, await resolveNow(hostname));
    },
  };
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    try {
      assertPublic(hostname, addresses);
    } catch (blocked) {
      return callback(blocked as EgressBlockedError, []);
    }
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};

/** A name that does not resolve today is no danger and may tomorrow: the connection will say so. */
async function resolveNow(hostname: string): Promise<LookupAddress[]> {
  return dns.lookup(hostname, { all: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return [];
    throw error;
  });
}

/** One address that is not public is enough: which of them would be used is up to whoever answers for the name. */
function assertPublic(hostname: string, addresses: LookupAddress[]): void {
  const refused = addresses.find(({ address }) => !isPublicAddress(address));
  if (refused)
    throw blockedAddress(hostname === refused.address ? hostname : `${hostname} (${refused.address})`);
}

/** Loopback by definition (RFC 6761), whatever a resolver makes of it. */
const loopbackName = /(^|\.)localhost\.?$/i;

function blockedLiteral(hostname: string): EgressBlockedError | undefined {
  const address = bare(hostname);
  if (loopbackName.test(address)) return blockedAddress(address);
  return isIP(address) && !isPublicAddress(address) ? blockedAddress(address) : undefined;
}

function blockedAddress(address: string): EgressBlockedError {
  return new EgressBlockedError(
    `${address} is a private, local or reserved address, and this studio only connects to public ones. Its operator can allow private addresses.`,
  );
}

/** True for addresses of the public internet; an IPv4 address inside an IPv6 one (mapped, NAT64) is judged itself. */
export function isPublicAddress(text: string): boolean {
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv6) {
    if (address.range() === 'rfc6052') return isPublicAddress(address.toByteArray().slice(-4).join('.'));
    if (!address.match(globalUnicast)) return false;
  }
  return address.range() === 'unicast';
}

/** All that is assigned of IPv6; the rest includes forms such as `::127.0.0.1` that must not pass as unicast. */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

function parseUrl(input: string | URL): URL {
  const url = URL.canParse(String(input)) ? new URL(input) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new EgressBlockedError(
    'Only http and https addresses can be reached. Enter a complete URL such as https://example.com/mcp.',
  );
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
