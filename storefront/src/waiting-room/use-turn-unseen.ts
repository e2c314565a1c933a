import { useEffect, useState } from 'react';
import { useHistoryState } from 'wouter/use-browser-location';

/** Whether the fan was admitted while looking at something else, and has not come back yet. */
export function useTurnUnseen(): boolean {
  const state = useHistoryState<{ turn?: boolean } | null>();
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const look = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return hidden && state?.turn === true;
}
