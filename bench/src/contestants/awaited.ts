/** Values that are awaited by name, and may arrive before anybody awaits them. */
export class Awaited<Value> {
  readonly #come = new Map<string, Value>();
  readonly #waiting = new Map<string, (value: Value) => void>();

  is(name: string, value: Value): void {
    const wake = this.#waiting.get(name);
    if (wake === undefined) this.#come.set(name, value);
    else {
      this.#waiting.delete(name);
      wake(value);
    }
  }

  for(name: string): Promise<Value> {
    const value = this.#come.get(name);
    if (value !== undefined) {
      this.#come.delete(name);
      return Promise.resolve(value);
    }
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }
}
