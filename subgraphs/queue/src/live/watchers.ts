import { Latest } from '@frontrow/kit/latest';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { DataSource } from 'typeorm';
import type { Room } from '../domain/room.ts';
import { findRooms } from '../storage/rooms.ts';
import { countActive } from '../storage/tickets.ts';

/** How often watched rooms are looked at, in ms; nobody is told more often. */
const lookEveryMs = 1_000;

/** A room as the graph shows it; who is active is counted when somebody asks for it, unless it is known already. */
export type ShownRoom = Room & { readonly active?: number };

interface Watcher {
  readonly told: Latest<ShownRoom>;
  /** What they were told last: see `stateOf`. */
  state: string;
}

/** What watchers are told of. The estimated wait is not among it: it changes with the time. */
const stateOf = ({
  status,
  waiting,
  active,
  maxActive,
  admitPerSecond,
  admissionSeconds,
  challenge,
}: ShownRoom) =>
  JSON.stringify([status, waiting, active, maxActive, admitPerSecond, admissionSeconds, challenge]);

/**
 * Tells whoever watches a waiting room what becomes of it. All rooms that are watched on this replica cost two statements a second,
 * whoever watches them and however their lines move.
 */
export class Watchers {
  readonly #database: DataSource;
  readonly #rooms = new Map<string, Set<Watcher>>();
  readonly #loop;

  constructor(database: DataSource, log: Logger) {
    this.#database = database;
    this.#loop = repeat('telling who watches a room', lookEveryMs, log, () => this.#tell());
  }

  /** The room as it was just read, then each change. It never ends by itself. */
  watch(room: ShownRoom): AsyncGenerator<ShownRoom, undefined, undefined> {
    const told = new Latest<ShownRoom>(() => this.#forget(room.concertId, watcher));
    const watcher: Watcher = { told, state: stateOf(room) };
    this.#rooms.set(room.concertId, (this.#rooms.get(room.concertId) ?? new Set()).add(watcher));
    told.put(room);
    return told.events;
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  async #tell(): Promise<'done'> {
    if (this.#rooms.size === 0) return 'done';
    for (const room of await readRooms(this.#database, [...this.#rooms.keys()])) {
      const state = stateOf(room);
      for (const watcher of this.#rooms.get(room.concertId) ?? []) {
        if (watcher.state === state) continue;
        watcher.state = state;
        watcher.told.put(room);
      }
    }
    return 'done';
  }

  #forget(concertId: string, watcher: Watcher): void {
    const room = this.#rooms.get(concertId);
    room?.delete(watcher);
    if (room?.size === 0) this.#rooms.delete(concertId);
  }
}

/** The rooms of these concerts, with who is active in them. */
export async function readRooms(
  { manager }: DataSource,
  concertIds: readonly string[],
): Promise<(Room & { readonly active: number })[]> {
  const [rooms, active] = await Promise.all([
    findRooms(manager, concertIds),
    countActive(manager, concertIds),
  ]);
  return rooms.map((room) => ({ ...room, active: active.get(room.concertId) ?? 0 }));
}
