/** Why a connection could not be made, for the drivers that go over HTTP. */

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name could not be resolved',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
  ETIMEDOUT: 'connecting took too long',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  ERR_INVALID_URL: 'the address is not a URL',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS on this port',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate cannot be verified',
};

/**
 * A clause for people (“the connection was refused”) when the error proves that no request ever left; undefined when it
 * does not. A request refused by the egress guard (`code: 'EGRESS_BLOCKED'`) explains itself in its own message.
 */
export function explainNoConnection(error: unknown): string | undefined {
  for (const cause of causesOf(error)) {
    if (cause.code === 'EGRESS_BLOCKED') return cause.message;
    // The same codes end an established connection too, then of a `read` or `write`: that proves nothing.
    if (cause.syscall === 'read' || cause.syscall === 'write') continue;
    if (typeof cause.code === 'string' && reasons[cause.code]) return reasons[cause.code];
  }
  return undefined;
}

/** The error, its causes and the parts of an AggregateError (several addresses tried), outermost first. */
function causesOf(error: unknown): (Error & { code?: unknown; syscall?: unknown })[] {
  if (!(error instanceof Error)) return [];
  const parts = error instanceof AggregateError ? error.errors : [];
  return [error, ...parts.flatMap(causesOf), ...causesOf(error.cause)];
}
