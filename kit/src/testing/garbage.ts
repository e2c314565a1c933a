import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Whether anything still refers to it, after all garbage was collected. `setImmediate` must not be a fake. */
export async function isKept(reference: WeakRef<object>): Promise<boolean> {
  // A reference that was made or read in this turn keeps its object until the next.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  return reference.deref() !== undefined;
}
