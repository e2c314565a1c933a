/** The common fields of `SeatMap` and `SeatMapChange`, which are all that drawing a map needs. */
export interface MapNews {
  readonly since?: number | null;
  readonly version: number;
  readonly states: string | null;
  readonly changes?: readonly number[];
}

/** A seat map as a client keeps it that follows docs/api.md. */
export class DrawnMap {
  version = -1;
  /** By place: 0 is AVAILABLE, 1 HELD, 2 SOLD, 3 KEPT_BACK. */
  states: number[] = [];

  constructor(size: number) {
    this.states = Array<number>(size).fill(0);
  }

  hear({ since, version, states, changes = [] }: MapNews): void {
    if (version < this.version) return;
    if (states !== null) {
      const bytes = Buffer.from(states, 'base64');
      this.states = this.states.map((_, place) => ((bytes[place >> 2] ?? 0) >> (2 * (place & 3))) & 3);
    } else if (since == null || since > this.version) throw new Error('something was missed');
    for (const change of changes) this.states[Math.floor(change / 4)] = change % 4;
    this.version = version;
  }
}
