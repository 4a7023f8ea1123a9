import { pino, stdSerializers, type Logger } from 'pino';
import type { Redactor } from './redaction.ts';

export type { Logger };

/** Names of values that never belong into a log, wherever they turn up. */
const SECRET_PATHS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'credentials',
  'authorization',
  'cookie',
];

/** JSON lines on standard output, one object a line. */
export function createLogger(options: { name: string; level: string }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    base: { name: options.name, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_PATHS.flatMap((path) => [path, `*.${path}`]), censor: '[redacted]' },
  });
}

/** The same failure for whoever logs it without knowing the secrets, its causes among the lines of its stack. */
export function redactedError(error: unknown, { redact }: Redactor): Error {
  const { type, message, stack } = redact(
    stdSerializers.err(error instanceof Error ? error : new Error(String(error))),
  );
  return Object.assign(new Error(message), { name: type, stack });
}

/** A logger that writes nothing of these secrets: neither in values nor in errors. Its sentences are constants. */
export const redactedLogger = (log: Logger, { redact }: Redactor): Logger =>
  log.child(
    {},
    {
      formatters: { log: redact },
      serializers: { err: (error: Error) => redact(stdSerializers.err(error)) },
    },
  );
