import type { Logger } from '@frontrow/kit/log';
import type { EntityManager } from 'typeorm';
import { Line } from '../domain/line.ts';
import { apply } from '../domain/line-change.ts';
import type { LineChange } from '../domain/line-change.ts';
import { lineVersion, movedSince, roomsWithLines, waitingNumbers } from '../storage/read-line.ts';

/** How long to wait for a change that a later one has overtaken, in ms, before the database is asked. */
const overtakingMs = 20;

/** How long to wait, in ms, before a database that could not be read is asked again. */
const retryMs = 1_000;

export interface KnownLinesOptions {
  /** How many numbers one statement reads when a line is learnt. */
  readonly pageSize?: number;
}

interface Remembered {
  line: Line;
  /** `line` is what it was after this change. */
  version: number;
  /** Changes that arrived before one that precedes them, by version. */
  readonly early: Map<number, LineChange>;
  catchingUp: Promise<void> | undefined;
  /** Reads what is still missing when it ends. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * The lines as this replica knows them: the waiting numbers in memory, kept up to date by messages between replicas. Versions
 * have no gaps, so the replica notices a change that it missed, and reads from the database what that changed.
 */
export class KnownLines {
  readonly #manager: EntityManager;
  readonly #log: Logger;
  readonly #pageSize: number;
  readonly #rooms = new Map<string, Remembered>();
  readonly #listeners: (() => void)[] = [];

  constructor(manager: EntityManager, log: Logger, { pageSize = 50_000 }: KnownLinesOptions = {}) {
    this.#manager = manager;
    this.#log = log;
    this.#pageSize = pageSize;
  }

  /** Calls the listener whenever a known line has moved. */
  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Learns all lines in which somebody waits, so that no fan has to wait for it later. */
  async learnAll(): Promise<void> {
    for (const concertId of await roomsWithLines(this.#manager)) await this.upTo(concertId, 0);
  }

  /**
   * The line at this version, or later.
   * @param version as read from the room's row
   */
  async upTo(concertId: string, version: number): Promise<Line> {
    for (;;) {
      const room = this.#rooms.get(concertId);
      if (room !== undefined && room.version >= version) return room.line;
      await this.#catchUp(concertId);
    }
  }

  /** Takes in a committed change of this replica or another. Changes may arrive in any order, once or often. */
  hear(change: LineChange): void {
    const room = this.#rooms.get(change.concertId);
    // A line that nobody has asked for is learnt when somebody does.
    if (room === undefined || change.version <= room.version) return;
    room.early.set(change.version, change);
    if (room.catchingUp === undefined) this.#takeIn(change.concertId, room);
  }

  /** @param waitMs how long changes that are still missing may take before they are read */
  #takeIn(concertId: string, room: Remembered, waitMs = overtakingMs): void {
    const before = room.version;
    for (let next = room.early.get(before + 1); next !== undefined; next = room.early.get(room.version + 1)) {
      apply(room.line, next);
      room.version = next.version;
    }
    for (const version of room.early.keys()) if (version <= room.version) room.early.delete(version);
    if (room.early.size > 0) this.#catchUpUnlessItComes(concertId, room, waitMs);
    if (room.version > before) this.#moved();
  }

  /** Each room has one timer at the most, so that messages which arrive meanwhile cause no further reads. */
  #catchUpUnlessItComes(concertId: string, room: Remembered, waitMs: number): void {
    if (room.timer !== undefined) return;
    const missed = room.version + 1;
    room.timer = setTimeout(() => {
      room.timer = undefined;
      // A read that is under way takes in the early changes at its end.
      if (room.catchingUp !== undefined) return;
      if (room.version >= missed) this.#takeIn(concertId, room);
      else {
        this.#catchUp(concertId).catch((error: unknown) => {
          this.#log.warn({ err: error, concertId }, 'catching up with a line failed');
        });
      }
    }, waitMs);
    room.timer.unref();
  }

  /** Reads what has happened since the known version, or the whole line if it is unknown; once at a time. */
  #catchUp(concertId: string): Promise<void> {
    const known = this.#rooms.get(concertId);
    const room = known ?? {
      line: new Line(),
      version: -1,
      early: new Map(),
      catchingUp: undefined,
      timer: undefined,
    };
    if (known === undefined) this.#rooms.set(concertId, room);
    room.catchingUp ??= this.#readOnce(concertId, room);
    return room.catchingUp;
  }

  async #readOnce(concertId: string, room: Remembered): Promise<void> {
    let waitMs = retryMs;
    try {
      await this.#read(concertId, room);
      waitMs = overtakingMs;
    } finally {
      clearTimeout(room.timer);
      room.timer = undefined;
      room.catchingUp = undefined;
      this.#takeIn(concertId, room, waitMs);
    }
  }

  async #read(concertId: string, room: Remembered): Promise<void> {
    const version = await lineVersion(this.#manager, concertId);
    if (version === null) throw new Error(`there is no room of the concert ${concertId}`);
    // Nothing else changes the line meanwhile: changes that arrive wait in `early`.
    if (room.version < 0) {
      room.line = await this.#learn(concertId);
      room.version = version;
    }
    const moved = await movedSince(this.#manager, concertId, room.version);
    for (const { number, isWaiting } of moved) {
      if (isWaiting) room.line.join(number);
      else room.line.leave(number);
    }
    room.version = moved.reduce((last, ticket) => Math.max(last, ticket.version), version);
    this.#moved();
  }

  async #learn(concertId: string): Promise<Line> {
    const line = new Line();
    for (let last = 0, page = this.#pageSize; page === this.#pageSize;) {
      const numbers = await waitingNumbers(this.#manager, concertId, last, this.#pageSize);
      for (const number of numbers) line.join(number);
      last = numbers.at(-1) ?? last;
      page = numbers.length;
    }
    return line;
  }

  #moved(): void {
    for (const listener of this.#listeners) listener();
  }
}
