/**
 * What waits for a turn, by who it is of: all of them take turns, however much one has waiting. Of one, what came first is
 * first.
 */
export class Turns<Item> {
  /** The one whose turn is next first. None is empty. */
  readonly #waiting = new Map<string, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  of(owner: string): readonly Item[] {
    return this.#waiting.get(owner) ?? [];
  }

  put(owner: string, item: Item): void {
    const theirs = this.#waiting.get(owner);
    if (theirs === undefined) this.#waiting.set(owner, [item]);
    else theirs.push(item);
    this.#size += 1;
  }

  /** Takes out what has its turn; undefined when nothing waits. */
  next(): Item | undefined {
    for (const [owner, theirs] of this.#waiting) {
      this.#waiting.delete(owner);
      const item = theirs.shift();
      // What else is of this one has its turn after everybody else.
      if (theirs.length > 0) this.#waiting.set(owner, theirs);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  remove(owner: string, item: Item): void {
    const theirs = this.#waiting.get(owner) ?? [];
    const at = theirs.indexOf(item);
    if (at < 0) return;
    theirs.splice(at, 1);
    if (theirs.length === 0) this.#waiting.delete(owner);
    this.#size -= 1;
  }

  /** Who has most waiting; undefined when nothing waits. */
  longest(): string | undefined {
    let longest: readonly [string, number] | undefined;
    for (const [owner, { length }] of this.#waiting) {
      if (longest === undefined || length > longest[1]) longest = [owner, length];
    }
    return longest?.[0];
  }
}
