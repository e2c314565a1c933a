/**
 * A queue in which owners take turns, however many items one of them has waiting. Items of one owner come first in, first
 * out.
 */
export class Turns<Item> {
  /** The owners in the order of their turns; each has at least one item. */
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

  /** Takes out the next item; undefined when nothing waits. */
  next(): Item | undefined {
    for (const [owner, theirs] of this.#waiting) {
      this.#waiting.delete(owner);
      const item = theirs.shift();
      // This owner's other items come after everybody else's.
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

  /** The owner with most items waiting; undefined when nothing waits. */
  longest(): string | undefined {
    let longest: readonly [string, number] | undefined;
    for (const [owner, { length }] of this.#waiting) {
      if (longest === undefined || length > longest[1]) longest = [owner, length];
    }
    return longest?.[0];
  }
}
