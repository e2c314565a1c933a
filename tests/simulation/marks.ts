/** What schedules are there to reach: where none of many does, the simulation proves less than it says. */
export const marks = [
  { name: 'a COMMIT that was done and never heard of', seed: 7 },
  { name: 'a payment that crossed the expiry', seed: 345 },
  { name: 'a replay that met what its original had done', seed: 1 },
  // Services lock rows in one order, so a deadlock is rare: it is counted, and not looked for.
  { name: 'a deadlock', seed: undefined },
] as const satisfies readonly {
  readonly name: string;
  /** The seed to begin with: that of the first schedule that reached it in the code of that time. Undefined: nobody looks for it. */
  readonly seed: number | undefined;
}[];
export type Mark = (typeof marks)[number]['name'];
