import { isRouteErrorResponse, useLocation, useRouteError } from '@remix-run/react';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { FaultReference } from '#app/components/ui/notice.tsx';
import { isFault, type Fault } from '#app/lib/api/fault.ts';
import type { Path } from '#app/lib/paths.ts';

const TITLES: Record<string, string> = {
  NOT_FOUND: 'Not found',
  FORBIDDEN: 'You may not see this',
  RATE_LIMITED: 'Too many requests',
  API_UNREACHABLE: 'The API does not answer',
};

function faultOfError(error: unknown): Fault {
  if (isRouteErrorResponse(error)) {
    if (isFault(error.data)) return error.data;
    const isMissing = error.status === 404;
    return {
      code: isMissing ? 'NOT_FOUND' : `HTTP_${error.status}`,
      message: isMissing ? 'There is no page at this address.' : error.statusText,
      requestId: null,
    };
  }
  return {
    code: 'PAGE_FAILED',
    message: 'This page could not be shown. Loading it again may help.',
    requestId: null,
  };
}

function FaultMessage() {
  const fault = faultOfError(useRouteError());
  const { pathname, search } = useLocation();
  const here: Path = `/${pathname.slice(1)}${search}`;
  return (
    <div className="mx-auto max-w-lg py-16">
      <h1 className="text-xl font-semibold tracking-tight">{TITLES[fault.code] ?? 'Something went wrong'}</h1>
      <p className="mt-2 mb-4 text-muted">{fault.message}</p>
      <FaultReference code={fault.code} requestId={fault.requestId} />
      <div className="mt-6 flex gap-2">
        <ButtonLink to={here} reloadDocument variant="primary" icon="refresh">
          Try again
        </ButtonLink>
        <ButtonLink to="/" icon="home">
          Home
        </ButtonLink>
      </div>
    </div>
  );
}

/** Inside the dashboard, where navigation stays usable. */
export const FaultPanel = FaultMessage;

export function FaultPage() {
  return (
    <main className="px-6">
      <FaultMessage />
    </main>
  );
}
