import { operationTooComplex } from '@frontrow/kit/errors';

/** The most seats that a request may ask for: those of the largest hall, in one map or in many small ones. */
const mostSeats = 100_000;
/** The most schedules and sections together. */
const mostObjects = 2_500;

/** What a request really costs. The gateway has estimated it, but only the subgraph knows how long the lists are. */
export class Cost {
  #seats = 0;
  #objects = 0;

  /** @throws OPERATION_TOO_COMPLEX if the request's seats are more than those of the largest hall */
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
