/** A key for one thing that the fan wants. `crypto.randomUUID` is for secure pages only; this one works on any. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
