import { randomUUID } from 'node:crypto';
import { Fan } from '@frontrow/stack/fan';
import type { SeatHoldAnswer, Wish } from '@frontrow/stack/fan';
import type { Insist } from './insist.ts';
import { followTheLine } from './line.ts';
import type { Admission } from './line.ts';
import type { Market } from './market.ts';
import { wishes } from './purchase.ts';
import type { Purchase, Seen } from './purchase.ts';
import type { Random } from '@frontrow/kit/testing/random';

const mostSeats = 3;
const lookAgainMs = 250;

/** The id of the entry, hold or payment in an answer; undefined for a refusal. */
const effectOf = (answer: { id?: string; reservationId?: string }) => answer.reservationId ?? answer.id;

/** A fan who goes through one purchase as an app does: a request without an answer is repeated with the same key. */
export class PurchasingFan {
  readonly #market: Market;
  readonly #book: Purchase;
  readonly #random: Random;
  readonly #insist: Insist;

  constructor(market: Market, book: Purchase, random: Random, insist: Insist) {
    this.#market = market;
    this.#book = book;
    this.#random = random;
    this.#insist = insist;
  }

  /** @throws if the time for trying again is over, or an answer makes no sense */
  async goThrough(): Promise<void> {
    const fan = await this.#insist(() => Fan.register(this.#market.url));
    fan.lookAgainMs = lookAgainMs;
    this.#book.fanId = fan.id;
    await this.#charge(fan);
    const { ticketId, hold } = await this.#hold(fan);
    if (hold !== undefined) {
      this.#book.hold = hold;
      await this.#decide(fan, hold.reservationId);
      this.#book.seen = await this.#outcome(fan, hold.reservationId);
    }
    this.#book.endedAt = Date.now();
    if (this.#book.intent !== 'walk away') await this.#insist(() => fan.leaveQueue(ticketId));
  }

  async #charge(fan: Fan): Promise<void> {
    const { price } = this.#market;
    const points = this.#book.intent === 'buy with too few points' ? price - 1 : mostSeats * price;
    const key = randomUUID();
    const answer = await this.#tap(() => fan.charge(points, key));
    if (answer.__typename === 'Refusal') throw new Error(`charging was refused: ${answer.code}`);
    this.#book.charged = points;
  }

  /** Gives up when there are no seats left. */
  async #hold(fan: Fan): Promise<{ ticketId: string; hold?: SeatHoldAnswer }> {
    let { ticketId, pass } = await this.#queue(fan);
    let [wish, key] = [this.#wish(), randomUUID()];
    for (;;) {
      const answer = await this.#tap(() => fan.hold(this.#market.scheduleId, pass, wish, key));
      if (answer.__typename === 'SeatHold') return { ticketId, hold: answer };
      const wishesAgain = answer.__typename === 'SeatsTaken' || answer.code === 'COMPANION_MISSING';
      if (wishesAgain) [wish, key] = [this.#wish(), randomUUID()];
      else if (answer.code === 'NOT_ADMITTED') ({ ticketId, pass } = await this.#queue(fan));
      else if (answer.code === 'NOT_ENOUGH_SEATS') return { ticketId };
      else throw new Error(`holding seats was refused: ${answer.code}`);
    }
  }

  #queue(fan: Fan): Promise<Admission> {
    const { concertId } = this.#market;
    if (this.#random.between(0, 1) === 0) return this.#insist(() => fan.waitForAdmission(concertId));
    return followTheLine(fan, concertId, this.#insist, () => (this.#book.missedNews = true));
  }

  /** Wishes for any seats, or for named ones, which somebody else may want as well. */
  #wish(): Wish {
    this.#book.wishedFor = this.#random.pick(wishes);
    const wish = this.#wishFor(this.#book.wishedFor);
    this.#book.wish = wish;
    return wish;
  }

  #wishFor(wished: (typeof wishes)[number]): Wish {
    const { seatIds, pairs, standing } = this.#market;
    const count = this.#random.between(1, mostSeats);
    switch (wished) {
      case 'any seats':
        return { bestAvailable: { count } };
      case 'places to stand':
        return { bestAvailable: { count, section: standing } };
      case 'a wheelchair place':
        return { seatIds: [...this.#random.pick(pairs)] };
      case 'half a pair':
        return { seatIds: [this.#random.pick(this.#random.pick(pairs))] };
      case 'named seats': {
        const named = new Set<string>();
        while (named.size < count) named.add(this.#random.pick(seatIds));
        return { seatIds: [...named] };
      }
    }
  }

  async #decide(fan: Fan, id: string): Promise<void> {
    const isThere = () => this.#look(fan, id, () => true);
    switch (this.#book.intent) {
      case 'walk away':
        return;
      case 'cancel before paying':
        await isThere();
        await this.#insist(() => fan.cancel(id));
        return;
      case 'cancel while paying':
        await isThere();
        await Promise.all([this.#pay(fan, id), this.#insist(() => fan.cancel(id))]);
        return;
      case 'cancel after paying':
        await this.#pay(fan, id);
        await this.#look(fan, id, ({ status }) => status !== 'PENDING');
        await this.#insist(() => fan.cancel(id));
        return;
      case 'buy':
      case 'buy with too few points':
        await this.#pay(fan, id);
    }
  }

  async #pay(fan: Fan, id: string): Promise<void> {
    const key = randomUUID();
    const answer = await this.#tap(() => fan.pay(id, key));
    const passing = ['RESERVATION_EXPIRED', 'RESERVATION_NOT_PAYABLE'];
    if (answer.__typename === 'Refusal' && !passing.includes(answer.code))
      throw new Error(`paying was refused: ${answer.code}`);
  }

  /** Impatient fans tap twice; the same key has one effect. */
  async #tap<Answer extends object>(attempt: () => Promise<Answer>): Promise<Answer> {
    const taps = this.#random.between(1, 2);
    const answers = await Promise.all(Array.from({ length: taps }, () => this.#insist(attempt)));
    const effects = new Map(answers.map((answer) => [effectOf(answer), answer]));
    effects.delete(undefined);
    if (effects.size > 1) throw new Error(`one key had two effects: ${JSON.stringify(answers)}`);
    // One tap may be refused, and the other succeed a moment later.
    return [...effects.values(), ...answers][0] as Answer;
  }

  /** Waits until reservation and payment agree. */
  #outcome(fan: Fan, id: string): Promise<Seen> {
    return this.#look(fan, id, ({ status, payment }) => {
      const isPaid = payment?.status === 'COMPLETED';
      return status === 'CONFIRMED' ? isPaid : status !== 'PENDING' && !isPaid;
    });
  }

  async #look(fan: Fan, id: string, isReached: (seen: Seen) => boolean): Promise<Seen> {
    const { reservation } = await this.#insist(() =>
      fan.until<{ reservation: Seen | null }>(
        'query ($id: ID!) { reservation(id: $id) { status endedBecause payment { status } } }',
        { id },
        ({ reservation }) => reservation !== null && isReached(reservation),
      ),
    );
    return reservation as Seen;
  }
}
