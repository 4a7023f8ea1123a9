import { useLocation, useNavigation } from '@remix-run/react';
import { useEffect, useState } from 'react';

/** Below this, a placeholder is a flicker and not an answer. */
const PATIENCE_MS = 180;

/** The path of the page that is being waited for, once the wait is noticeable. */
export function usePendingPath(): string | null {
  const navigation = useNavigation();
  const { pathname } = useLocation();
  const target = navigation.state === 'loading' ? navigation.location.pathname : null;
  const awaited = target && target !== pathname && !navigation.formMethod ? target : null;
  const [noticed, setNoticed] = useState<string | null>(null);
  useEffect(() => {
    if (!awaited) return;
    const timer = setTimeout(() => setNoticed(awaited), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setNoticed(null);
    };
  }, [awaited]);
  return noticed;
}

/** The same list with other filters is on its way. */
export function useIsListPending(): boolean {
  const navigation = useNavigation();
  const { pathname } = useLocation();
  return navigation.state === 'loading' && navigation.location.pathname === pathname;
}
