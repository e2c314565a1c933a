import { useEffect } from 'react';

/** Sets the title in the browser's tab and history. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    if (title !== undefined) document.title = `${title} – Frontrow`;
  }, [title]);
}
