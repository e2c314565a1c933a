import { useEffect, useState } from 'react';

/**
 * The text after `#` in a mailed link. It is removed from the address, so that it stays neither in the history nor on a screen
 * that others see. No server ever sees it.
 */
export function useMailedToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  }, []);
  return token;
}
