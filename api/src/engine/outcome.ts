import type { DriverError, DriverErrorCode } from '../drivers/driver.ts';
import type { Outcome } from '../domains/execution/execution.status.ts';
import type { FailureReason } from '../generated/prisma/enums.ts';

/** A run that cannot go on, with the reason and the sentence that its watchers will read. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  constructor(
    readonly reason: FailureReason,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** Which part of the outside world failed decides about the reason. */
export type Part = 'server' | 'model';

/** Failure of the outside world → failure of the run. One exhaustive switch: a new code does not compile without its case. */
export function failureOf(part: Part, error: DriverError): RunFailure {
  return new RunFailure(reasonOf(part, error.code), error.message, { cause: error });
}

function reasonOf(part: Part, code: DriverErrorCode): FailureReason {
  switch (code) {
    case 'UNREACHABLE':
    case 'REJECTED':
    case 'RATE_LIMITED':
    case 'LOST':
      return part === 'server' ? 'SERVER_UNREACHABLE' : 'MODEL_ERROR';
    case 'REFUSED':
      return 'MODEL_REFUSED';
    case 'TOO_LONG':
      return 'CONTEXT_OVERFLOW';
    case 'TIMEOUT':
      return part === 'server' ? 'SERVER_UNREACHABLE' : 'TIMEOUT';
    case 'CANCELLED':
      return 'INTERNAL';
    default:
      return code satisfies never;
  }
}

/** How a run that threw ends. `null`: an unexpected fault, for the log and INTERNAL. */
export function outcomeOf(
  error: unknown,
  output: string | null,
): Extract<Outcome, { status: 'FAILED' }> | null {
  if (!(error instanceof RunFailure)) return null;
  return { status: 'FAILED', failureReason: error.reason, failureMessage: error.message, output };
}
