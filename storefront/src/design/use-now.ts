import { useEffect, useState } from 'react';
import { serverNow } from '../api/server-clock.ts';

/** The server's time in ms, updated each second while something counts down. */
export function useNow(running = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!running) return undefined;
    const ticking = setInterval(() => setNow(serverNow()), 1_000);
    return () => clearInterval(ticking);
  }, [running]);
  return now;
}
