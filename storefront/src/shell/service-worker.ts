import { useSyncExternalStore } from 'react';

/** How often an open page looks for a new version, in ms. */
const lookEveryMs = 60 * 60 * 1_000;

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

/**
 * Keeps the pages below `scope` for when there is no network. It waits until the page is loaded, which needs the network more
 * urgently.
 * @param worker the door has its own, so that fans do not store what is for staff
 */
export function registerServiceWorker(worker = '/service-worker.js', scope = '/'): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  if (document.readyState === 'complete') void register(worker, scope);
  else addEventListener('load', () => void register(worker, scope), { once: true });
}

async function register(worker: string, scope: string): Promise<void> {
  try {
    const registration = await navigator.serviceWorker.register(worker, { scope });
    const look = () => note(registration);
    look();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
    setInterval(() => void registration.update().catch(() => undefined), lookEveryMs);
  } catch {
    // The browser stores nothing, for example in a private window. Then everything works except without a network.
  }
}

function note({ waiting: now }: ServiceWorkerRegistration): void {
  // The first worker does not wait, and there is nothing newer in it.
  waiting = navigator.serviceWorker.controller === null ? null : now;
  for (const listener of listeners) listener();
}

const isWaiting = () => waiting !== null;
function onChange(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether there is a newer version than this page's. */
export const useNewVersion = (): boolean => useSyncExternalStore(onChange, isWaiting);

/** Changes to the newer version in all tabs, because the scripts of each have to be of its own version. */
export function takeNewVersion(): void {
  waiting?.postMessage('take over');
}

/** Reloads the page when another version has taken over, here or in another tab. */
export function reloadWithNewVersion(): void {
  if (!('serviceWorker' in navigator)) return;
  let isControlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isControlled) location.reload();
    isControlled = true;
  });
}
