/** A key for one intention of the fan. `crypto.randomUUID` works on secure pages only; this works on any. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
