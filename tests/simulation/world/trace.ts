/** Nobody looks at traces here, and carrying them along costs each promise. The bundle has this for the kit's. */
export const currentTraceparent = (): string | undefined => undefined;
export const inTrace = <T>(_traceparent: string | undefined, work: () => T): T => work();
