/** Nobody reads traces here, and propagating them slows down each promise. In the bundle, this replaces the kit's functions. */
export const currentTraceparent = (): string | undefined => undefined;
export const inTrace = <T>(_traceparent: string | undefined, work: () => T): T => work();
export const isTraceparent = (_text: string | null | undefined): _text is string => false;
