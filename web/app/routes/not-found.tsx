import { data } from '@remix-run/node';
import { FaultPage } from '#app/components/fault-page.tsx';

export const loader = () => {
  throw data(
    { code: 'NOT_FOUND', message: 'There is no page at this address.', requestId: null },
    { status: 404 },
  );
};

export default function NotFound() {
  return null;
}

export function ErrorBoundary() {
  return <FaultPage />;
}
