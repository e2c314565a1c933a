import { Latest } from '@frontrow/kit/latest';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import { setImmediate as turn } from 'node:timers/promises';
import { estimatedWaitSeconds } from '../domain/estimated-wait.ts';
import type { Room } from '../domain/room.ts';
import { isLive } from '../domain/ticket.ts';
import type { Ticket } from '../domain/ticket.ts';
import { findRooms } from '../storage/rooms.ts';
import { countActive, findTickets } from '../storage/tickets.ts';
import type { KnownLines } from './known-lines.ts';
import type { ShownTicket } from './shown-ticket.ts';
import type { Presence } from './presence.ts';

/** The least time between two updates of the followers, in ms; what happens meanwhile comes together. */
const gapMs = 200;
/** How often this replica looks for what it may have missed, in ms. */
const lookEveryMs = 1_000;
/** How many tickets one statement reads, and how many followers are updated before other work gets a turn. */
const batchSize = 500;

/** Somebody who subscribed to a ticket. */
interface TicketFollower {
  ticket: Ticket;
  /** The position of the last update; -1 before the first. */
  position: number;
  readonly isPresence: boolean;
  readonly updates: Latest<ShownTicket>;
}

interface FollowedRoom {
  readonly followers: Set<TicketFollower>;
  /** The version that all followers know; -1 when there are new followers. */
  toldVersion: number;
}

/**
 * Tells fans their position as it changes. A line that moves costs one look at its room, however many follow it; the positions come from
 * memory. Tickets are read, many at a time, when they no longer wait.
 */
export class TicketFollowers {
  readonly #database: DataSource;
  readonly #knownLines: KnownLines;
  readonly #presence: Presence;
  /** The followers of waiting tickets, by concert. */
  readonly #waiting = new Map<string, FollowedRoom>();
  /** The followers of admitted tickets. */
  readonly #admitted = new Set<TicketFollower>();
  /** Tickets whose end was reported and not looked up yet. */
  #ended = new Set<string>();
  #lookedAt = 0;
  readonly #log: Logger;
  readonly #loop;

  constructor(database: DataSource, knownLines: KnownLines, presence: Presence, log: Logger) {
    this.#database = database;
    this.#knownLines = knownLines;
    this.#presence = presence;
    this.#log = log;
    this.#loop = repeat('telling fans their place', lookEveryMs, log, () => this.#tell(), { gapMs });
    knownLines.onMove(() => this.#loop.wake());
  }

  /**
   * The ticket now, then each time its position or status changes, until it ends.
   * @param isPresence whether following the ticket shows that its fan is there
   */
  follow(ticket: Ticket, isPresence: boolean): AsyncGenerator<ShownTicket, undefined, undefined> {
    const updates = new Latest<ShownTicket>(() => this.#forget(follower));
    const follower: TicketFollower = { ticket, position: -1, isPresence, updates };
    if (ticket.status === 'WAITING') {
      const room = this.#waiting.get(ticket.concertId) ?? { followers: new Set(), toldVersion: -1 };
      room.followers.add(follower);
      room.toldVersion = -1;
      this.#waiting.set(ticket.concertId, room);
      if (isPresence) this.#presence.come(ticket.id);
      this.#loop.wake();
    } else this.#showWaitsNoMore(follower, ticket);
    return updates.events;
  }

  /** Whether anybody follows a ticket that was admitted. */
  get hasAdmitted(): boolean {
    return this.#admitted.size > 0;
  }

  /** An admitted ticket has ended; its followers are told soon. */
  hearEnd(ticketId: string): void {
    if (this.#admitted.size === 0) return;
    this.#ended.add(ticketId);
    this.#loop.wake();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #tell(): Promise<'done'> {
    const left = await this.#tellWaiting();
    await this.#tellTheirStatus(left);
    await this.#tellTheirStatus(this.#mayHaveEnded());
    return 'done';
  }

  /** @returns the followers whose tickets have left the line */
  async #tellWaiting(): Promise<TicketFollower[]> {
    if (this.#waiting.size === 0) return [];
    const { manager } = this.#database;
    // The database says which lines have moved, so a message that did not arrive does no harm.
    const rooms = await findRooms(manager, [...this.#waiting.keys()]);
    const moved = rooms.filter(
      ({ concertId, version }) => this.#waiting.get(concertId)?.toldVersion !== version,
    );
    const active = await countActive(
      manager,
      moved.map(({ concertId }) => concertId),
    );
    const left: TicketFollower[] = [];
    for (const room of moved) {
      try {
        left.push(...(await this.#tellRoom(room, active.get(room.concertId) ?? 0)));
      } catch (error) {
        // The next look tries again; followers of other rooms do not wait for it.
        this.#log.error({ err: error, concertId: room.concertId }, 'telling fans their place failed');
      }
    }
    return left;
  }

  async #tellRoom(room: Room, active: number): Promise<TicketFollower[]> {
    const line = await this.#knownLines.upTo(room.concertId, room.version);
    const followed = this.#waiting.get(room.concertId);
    if (followed === undefined) return [];
    followed.toldVersion = room.version;
    const now = new Date();
    const left: TicketFollower[] = [];
    let told = 0;
    for (const follower of followed.followers) {
      const { ticket } = follower;
      if (!line.isWaiting(ticket.number)) left.push(follower);
      else {
        const position = 1 + line.ahead(ticket.number);
        if (position === follower.position) continue;
        follower.position = position;
        const inLine = { position, estimatedWaitSeconds: estimatedWaitSeconds(room, active, position, now) };
        follower.updates.put({ ...ticket, inLine });
        if (++told % batchSize === 0) await turn();
      }
    }
    // Telling them may fail, so the room is looked at again until they are told.
    if (left.length > 0) followed.toldVersion = -1;
    return left;
  }

  #mayHaveEnded(): TicketFollower[] {
    const heard = this.#ended;
    this.#ended = new Set();
    const looksAtAll = performance.now() - this.#lookedAt >= 2 * lookEveryMs;
    if (looksAtAll) this.#lookedAt = performance.now();
    return [...this.#admitted].filter(({ ticket }) => looksAtAll || heard.has(ticket.id));
  }

  async #tellTheirStatus(followers: readonly TicketFollower[]): Promise<void> {
    for (let start = 0; start < followers.length; start += batchSize) {
      const batch = followers.slice(start, start + batchSize);
      const ids = new Set(batch.map(({ ticket }) => ticket.id));
      const tickets = new Map<string, Ticket>();
      for (const ticket of await findTickets(this.#database.manager, [...ids]))
        tickets.set(ticket.id, ticket);
      for (const follower of batch) {
        const ticket = tickets.get(follower.ticket.id);
        if (ticket !== undefined && ticket.status !== 'WAITING') this.#showWaitsNoMore(follower, ticket);
      }
      await turn();
    }
  }

  #showWaitsNoMore(follower: TicketFollower, ticket: Ticket): void {
    const isNews = follower.position !== 0 || follower.ticket.status !== ticket.status;
    this.#forget(follower);
    follower.ticket = ticket;
    follower.position = 0;
    if (isLive(ticket)) this.#admitted.add(follower);
    if (isNews) follower.updates.put({ ...ticket, inLine: { position: 0, estimatedWaitSeconds: 0 } });
    if (!isLive(ticket)) follower.updates.end();
  }

  #forget(follower: TicketFollower): void {
    const { ticket, isPresence } = follower;
    this.#admitted.delete(follower);
    const room = this.#waiting.get(ticket.concertId);
    if (room?.followers.delete(follower) !== true) return;
    if (room.followers.size === 0) this.#waiting.delete(ticket.concertId);
    if (isPresence) this.#presence.go(ticket.id);
  }
}
