import type { Broker } from '@frontrow/events/broker';
import { paymentCompleted, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationExpired,
} from '@frontrow/events/contracts/reservations';
import { overhear } from '@frontrow/events/overhear';
import { Latest } from '@frontrow/kit/latest';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { lastsUntil } from './domain/reservation.ts';
import type { Reservation } from './domain/reservation.ts';
import { findReservations, findVersions } from './storage/reservations.ts';

/** How soon followers are told again, in ms, at the earliest: what happens meanwhile is told together. */
const gapMs = 50;
/** How often this replica looks for what it may have missed, in ms. */
const lookEveryMs = 2_000;
/** How long it takes this service, in ms, to note what others have told; where it takes longer, the next look finds it. */
const notingMs = 150;
const batchSize = 1_000;

interface Follower {
  /** As they were told it last. */
  last: Reservation;
  readonly told: Latest<Reservation>;
}

/** Begins to tell followers of what any replica does to a reservation. */
export function startFollowers(database: DataSource, broker: Broker, log: Logger): Followers {
  const followers = new Followers(database, log);
  const changes = [reservationConfirmed, reservationCancelled, reservationExpired];
  // It ends with the connection.
  overhear(broker, changes, ({ reservationId }) => followers.hear(reservationId));
  // Others tell these: whichever replica notes them needs a moment for it.
  overhear(broker, [paymentCompleted, paymentRefunded], ({ reservationId }) => {
    setTimeout(() => followers.hear(reservationId), notingMs);
  });
  return followers;
}

/**
 * Tells fans of every change of their reservations, whichever replica made it. What happened is heard of from the service's
 * own events, and read from the database, many reservations at a time; so what was not heard is found there too.
 */
class Followers {
  readonly #database: DataSource;
  /** By the reservation's id. */
  readonly #followed = new Map<string, Set<Follower>>();
  #heard = new Set<string>();
  #lookedAt = performance.now();
  readonly #loop;

  constructor(database: DataSource, log: Logger) {
    this.#database = database;
    this.#loop = repeat('telling fans of their reservations', lookEveryMs, log, () => this.#tell(), {
      gapMs,
    });
  }

  /**
   * The reservation now, then each change, until nothing can follow: it is cancelled or has expired, and points that were paid
   * for it are back.
   */
  follow(reservation: Reservation): AsyncGenerator<Reservation, undefined, undefined> {
    const { id } = reservation;
    const told = new Latest<Reservation>(() => this.#forget(id, follower));
    const follower: Follower = { last: reservation, told };
    told.put(reservation);
    if (isOver(reservation)) {
      told.end();
      return told.events;
    }
    this.#followed.set(id, (this.#followed.get(id) ?? new Set()).add(follower));
    // What happened since it was read was told to nobody here.
    this.hear(id);
    return told.events;
  }

  /** Something happened to this reservation. */
  hear(id: string): void {
    if (!this.#followed.has(id)) return;
    this.#heard.add(id);
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #tell(): Promise<'done'> {
    const { manager } = this.#database;
    const looksAtAll = performance.now() - this.#lookedAt >= lookEveryMs;
    if (looksAtAll) this.#lookedAt = performance.now();
    const ids = looksAtAll ? [...this.#followed.keys()] : [...this.#heard];
    this.#heard = new Set();
    for (let start = 0; start < ids.length; start += batchSize) {
      const batch = ids.slice(start, start + batchSize);
      const changed = (await findVersions(manager, batch)).filter(({ id, version }) =>
        [...(this.#followed.get(id) ?? [])].some(({ last }) => last.version !== version),
      );
      if (changed.length === 0) continue;
      const reservations = await findReservations(
        manager,
        changed.map(({ id }) => id),
      );
      for (const reservation of reservations) this.#show(reservation);
    }
    if (looksAtAll) this.#endThoseThatAreOver();
    return 'done';
  }

  #show(reservation: Reservation): void {
    for (const follower of this.#followed.get(reservation.id) ?? []) {
      if (follower.last.version === reservation.version) continue;
      follower.last = reservation;
      follower.told.put(reservation);
      if (isOver(reservation)) this.#end(follower);
    }
  }

  /** No payment has crossed their end in time. */
  #endThoseThatAreOver(): void {
    for (const followers of [...this.#followed.values()]) {
      for (const follower of [...followers]) if (isOver(follower.last)) this.#end(follower);
    }
  }

  #end(follower: Follower): void {
    follower.told.end();
    this.#forget(follower.last.id, follower);
  }

  #forget(id: string, follower: Follower): void {
    const followed = this.#followed.get(id);
    followed?.delete(follower);
    if (followed?.size === 0) this.#followed.delete(id);
  }
}

export type { Followers };

function isOver(reservation: Reservation): boolean {
  const until = lastsUntil(reservation);
  return until === 'over' || (until !== 'open' && until.getTime() <= Date.now());
}
