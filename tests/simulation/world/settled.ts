const { setImmediate: nextTurn } = globalThis;

/** How much work goes on outside of this thread: statements, and keys that sign or verify. Nothing else here takes real time. */
let atWork = 0;
let done: () => void = () => undefined;

/** Nobody takes a step before this work is done. */
export async function outside<T>(work: Promise<T>): Promise<T> {
  atWork++;
  try {
    return await work;
  } finally {
    if (--atWork === 0) done();
  }
}

/** Resolves when everybody waits for the scheduler. */
export async function untilSettled(): Promise<void> {
  for (;;) {
    await new Promise(nextTurn);
    if (atWork === 0) return;
    await new Promise<void>((resolve) => {
      done = resolve;
    });
  }
}
