/** Situations that schedules should reach. If many schedules never reach one, the simulation proves less than it claims. */
export const marks = [
  { name: 'a COMMIT that was done and never heard of', seed: 18 },
  { name: 'a payment that crossed the expiry', seed: 526 },
  { name: 'a replay that met what its original had done', seed: 1 },
  // Services lock rows in one order, so a deadlock is rare. A variant breaks that order, and must reach it.
  { name: 'a deadlock', seed: undefined },
] as const satisfies readonly {
  readonly name: string;
  /** The seed to begin with: that of a schedule that reached it in the code of that time. Undefined: a variant must reach it. */
  readonly seed: number | undefined;
}[];
export type Mark = (typeof marks)[number]['name'];
