import { useSyncExternalStore } from 'react';

/** How often an open page looks for a new version, in ms. */
const lookEveryMs = 60 * 60 * 1_000;

let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

/**
 * Keeps the pages below `scope` for when there is no network. It waits for the page to be there, which needs the network more.
 * @param worker the door has one of its own, so that fans do not keep what is for staff
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
    // Somebody's browser keeps nothing, in a private window for example: everything works but without a network.
  }
}

function note({ waiting: now }: ServiceWorkerRegistration): void {
  // The first one waits for nobody, and there is nothing newer in it.
  waiting = navigator.serviceWorker.controller === null ? null : now;
  for (const listener of listeners) listener();
}

const isWaiting = () => waiting !== null;
function onChange(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether there is a newer version than this page. */
export const useNewVersion = (): boolean => useSyncExternalStore(onChange, isWaiting);

/** Goes over to the newer version, in all tabs: each one's scripts have to be of its own version. */
export function takeNewVersion(): void {
  waiting?.postMessage('take over');
}

/** Reloads when another version has taken over, here or in another tab. */
export function reloadWithNewVersion(): void {
  if (!('serviceWorker' in navigator)) return;
  let isControlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (isControlled) location.reload();
    isControlled = true;
  });
}
