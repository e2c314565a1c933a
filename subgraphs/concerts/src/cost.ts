import { operationTooComplex } from '@frontrow/kit/errors';

/** The largest hall that there may be: one whole map, or many small ones. */
const mostSeats = 100_000;
/** Schedules and sections. */
const mostObjects = 2_500;

/** What a request turns out to ask for. The gateway has estimated it, but only here is known how long lists are. */
export class Cost {
  #seats = 0;
  #objects = 0;

  /** @throws OPERATION_TOO_COMPLEX when the request's seats are more than one whole map */
  chargeSeats(count: number): void {
    this.#seats += count;
    if (this.#seats > mostSeats) throw tooMuch('seats', this.#seats, mostSeats);
  }

  /** @throws OPERATION_TOO_COMPLEX */
  chargeObjects(count: number): void {
    this.#objects += count;
    if (this.#objects > mostObjects) throw tooMuch('schedules and sections', this.#objects, mostObjects);
  }
}

const tooMuch = (what: string, found: number, most: number) =>
  operationTooComplex(`The operation asks for at least ${found} ${what}; the limit is ${most}.`);
