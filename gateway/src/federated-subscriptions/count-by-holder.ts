/** Counts the places that holders have taken, up to a limit for each. */
export class CountByHolder {
  readonly #taken = new Map<string, number>();

  /** By all holders together. */
  get taken(): number {
    return [...this.#taken.values()].reduce((sum, taken) => sum + taken, 0);
  }

  /** @returns a function that gives the place back, once; undefined when all are taken */
  take(holder: string, most: number): (() => void) | undefined {
    const taken = this.#taken.get(holder) ?? 0;
    if (taken >= most) return undefined;
    this.#taken.set(holder, taken + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      const left = (this.#taken.get(holder) ?? 1) - 1;
      if (left === 0) this.#taken.delete(holder);
      else this.#taken.set(holder, left);
    };
  }
}
