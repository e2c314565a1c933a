import type { RefusalCode } from '../api/operations.generated.ts';
import type { Change, Conflict, DoorStore, Entered, Known, PendingScan, Setup } from './door-store.ts';
import { readTicketCode, showOf } from './ticket-code.ts';

/** The server's answer to a scan. */
export type Answer =
  | { readonly is: 'ADMITTED' | 'ALREADY'; readonly seat: string; readonly door: string; readonly at: number }
  | { readonly is: 'REFUSED'; readonly code: RefusalCode };

export interface ListPage {
  readonly changes: readonly (readonly [ticket: string, change: Change])[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly asOf: number;
  /** Where the show was moved, when the scans begin that count, in ms since 1970. */
  readonly entriesFrom: number | null;
  readonly tickets: number;
  readonly admitted: number;
  readonly conflicts: readonly Conflict[];
}

/** Thrown if the user may not do this (any more). Then nobody is admitted on their word. */
export class NotAllowed extends Error {}

/** The requests of a door to the server. Each throws NotAllowed, or another error if there is no answer. */
export interface DoorApi {
  keys(): Promise<readonly string[]>;
  /** @returns when the show starts, which an operator may have changed; RFC 3339 */
  startsAt(scheduleId: string): Promise<string>;
  list(scheduleId: string, after: string | null): Promise<ListPage>;
  admit(scan: PendingScan): Promise<Answer>;
  /** @returns the `clientId`s of the scans that the server has stored */
  sync(scheduleId: string, scans: readonly PendingScan[]): Promise<readonly string[]>;
}

/** What staff are shown about a ticket. */
export type Verdict =
  | { readonly is: 'YES'; readonly seat: string | undefined; readonly isOffline: boolean }
  | { readonly is: 'ALREADY'; readonly door: string; readonly at: number }
  | { readonly is: 'VOID' | 'UNKNOWN' | 'OTHER_SHOW' | 'NOT_ALLOWED' | 'NO_LIST' };

export interface DoorState {
  readonly setup: Setup | undefined;
  /** Whether the last question was answered. */
  readonly isOnline: boolean;
  readonly isAllowed: boolean;
  readonly tickets: number;
  readonly admitted: number;
  /** How many people came in by this door. */
  readonly here: number;
  /** How many scans the server does not know yet. */
  readonly pending: number;
  readonly asOf: number | null;
  readonly conflicts: readonly Conflict[];
}

/** How long to wait for the server while somebody stands at the door, in ms. */
const patienceMs = 2_500;
const scansAtOnce = 50;

interface Options {
  readonly api: DoorApi;
  readonly store: DoorStore;
  /** The server's time, in ms since 1970. */
  readonly now: () => number;
  readonly patience?: number;
}

/**
 * Admits tickets of one show. The server decides; without a network, the list of the show and the signature do, and the server is
 * told later.
 */
export class Door {
  readonly #options: Options;
  readonly #changes = new Map<string, Change>();
  readonly #pending = new Map<string, PendingScan>();
  readonly #listeners = new Set<() => void>();
  #known: Known | undefined;
  #isOnline = true;
  #isAllowed = true;
  #state: DoorState | undefined;

  private constructor(options: Options) {
    this.#options = options;
  }

  static async open(options: Options): Promise<Door> {
    const door = new Door(options);
    const { known, changes, pending } = await options.store.load();
    door.#known = known;
    for (const [ticket, change] of changes) door.#changes.set(ticket, change);
    for (const scan of pending) door.#pending.set(scan.clientId, scan);
    return door;
  }

  /** Returns the same object as long as nothing has changed. */
  get state(): DoorState {
    this.#state ??= this.#stateNow();
    return this.#state;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Begins to admit to a show.
   * @throws if its list cannot be loaded, because without it nobody can be admitted offline
   */
  async setUp(setup: Setup): Promise<void> {
    const { api, store } = this.#options;
    await this.#asking(async () => {
      const keys = await api.keys();
      await store.forgetShow();
      this.#changes.clear();
      this.#known = { setup, keys, cursor: null, asOf: null, tickets: 0, admitted: 0, conflicts: [] };
      await this.refresh().catch(async (error: unknown) => {
        await this.leave();
        throw error;
      });
    });
  }

  /** Leaves the show. Scans that the server does not know yet are still sent to it. */
  async leave(): Promise<void> {
    await this.#options.store.forgetShow();
    this.#known = undefined;
    this.#changes.clear();
    this.#tell();
  }

  /** Sends the server the scans that it does not know yet, and asks for changes of tickets. */
  async lookAgain(): Promise<void> {
    await this.#asking(async () => {
      await this.#sync();
      if (this.#known !== undefined) {
        this.#known = { ...this.#known, keys: await this.#options.api.keys() };
        await this.refresh();
      }
    }).catch(() => undefined);
    // Another service says this, and without it the door goes on.
    await this.#lookWhenItStarts().catch(() => undefined);
  }

  async #lookWhenItStarts(): Promise<void> {
    const setup = this.#known?.setup;
    if (setup === undefined) return;
    const startsAt = await this.#options.api.startsAt(setup.scheduleId);
    // Somebody may have left the show meanwhile.
    if (startsAt === setup.startsAt || this.#known === undefined || !this.#isAt(setup)) return;
    this.#known = { ...this.#known, setup: { ...this.#known.setup, startsAt } };
    await this.#options.store.keepKnown(this.#known);
    this.#tell();
  }

  async refresh(): Promise<void> {
    const { api, store } = this.#options;
    for (let hasMore = true; hasMore && this.#known !== undefined;) {
      const { setup, cursor } = this.#known;
      const page = await api.list(setup.scheduleId, cursor);
      // Somebody may have left the show meanwhile.
      if (!this.#isAt(setup)) return;
      hasMore = page.hasMore;
      // The server's list does not contain scans that this phone has not sent yet, so it must not undo these.
      for (const [ticket, change] of page.changes) this.#changes.set(ticket, change);
      await store.keepChanges(page.changes);
      const { tickets, admitted, conflicts, entriesFrom } = page;
      const asOf = hasMore ? this.#known.asOf : page.asOf;
      this.#known = { ...this.#known, cursor: page.cursor, asOf, entriesFrom, tickets, admitted, conflicts };
      await store.keepKnown(this.#known);
    }
    this.#tell();
  }

  #isAt({ scheduleId }: Setup): boolean {
    return this.#known?.setup.scheduleId === scheduleId;
  }

  /** Decides about a ticket that is shown. */
  async scan(code: string): Promise<Verdict> {
    const known = this.#known;
    if (known === undefined) return { is: 'NO_LIST' };
    const { setup } = known;
    const read = await readTicketCode(code, known.keys);
    if (read === undefined) return { is: 'UNKNOWN' };
    if (read.isSigned && read.show !== showOf(setup.scheduleId)) return { is: 'OTHER_SHOW' };
    const { now } = this.#options;
    const { scheduleId, door } = setup;
    const at = now();
    const scan = { clientId: crypto.randomUUID(), scheduleId, code, door, at: new Date(at).toISOString() };
    try {
      return await this.#byTheServer(scan, read.ticket);
    } catch (error) {
      if (error instanceof NotAllowed) return { is: 'NOT_ALLOWED' };
      // This phone does not know keys that were made after it asked for them.
      if (!read.isSigned) return { is: 'UNKNOWN' };
      return this.#alone(scan, read.ticket, { door, at });
    }
  }

  async #byTheServer(scan: PendingScan, ticket: string): Promise<Verdict> {
    const { api, patience = patienceMs } = this.#options;
    const answer = await this.#asking(() => within(patience, api.admit(scan)));
    switch (answer.is) {
      case 'ADMITTED':
      case 'ALREADY': {
        const { seat, door, at } = answer;
        await this.#note(ticket, { door, at });
        return answer.is === 'ADMITTED' ? { is: 'YES', seat, isOffline: false } : { is: 'ALREADY', door, at };
      }
      case 'REFUSED':
        if (answer.code === 'TICKET_VOID') return { is: 'VOID' };
        return { is: answer.code === 'TICKET_OF_ANOTHER_SHOW' ? 'OTHER_SHOW' : 'UNKNOWN' };
    }
  }

  /** Decides without the server. The scan keeps the id of the request, so that it is the same scan if the request did arrive. */
  async #alone(scan: PendingScan, ticket: string, entered: Entered): Promise<Verdict> {
    if (this.#known?.asOf == null) return { is: 'NO_LIST' };
    const change = this.#changes.get(ticket);
    if (change?.door === null) return { is: 'VOID' };
    if (change !== undefined && this.#counts(change))
      return { is: 'ALREADY', door: change.door, at: change.at };
    // From here on the same ticket is not admitted a second time, even before this is on the disk.
    this.#changes.set(ticket, entered);
    await this.#options.store.addPending(scan, ticket, entered);
    this.#pending.set(scan.clientId, scan);
    this.#tell();
    return { is: 'YES', seat: undefined, isOffline: true };
  }

  /** Whether a ticket entered for the time at which the show takes place now. */
  #counts({ at }: Change): boolean {
    return at >= (this.#known?.entriesFrom ?? 0);
  }

  async #sync(): Promise<void> {
    const { api, store } = this.#options;
    while (this.#pending.size > 0) {
      const [first] = this.#pending.values();
      const scans = [...this.#pending.values()]
        .filter(({ scheduleId }) => scheduleId === first?.scheduleId)
        .slice(0, scansAtOnce);
      const settled = await api.sync(first?.scheduleId ?? '', scans);
      if (settled.length === 0) return;
      await store.removePending(settled);
      for (const clientId of settled) this.#pending.delete(clientId);
      this.#tell();
    }
  }

  async #note(ticket: string, change: Change): Promise<void> {
    const before = this.#changes.get(ticket);
    const isNew = before === undefined || !this.#counts(before);
    this.#changes.set(ticket, change);
    if (isNew && this.#known !== undefined)
      this.#known = { ...this.#known, admitted: this.#known.admitted + 1 };
    this.#tell();
    await this.#options.store.keepChanges([[ticket, change]]);
  }

  /** Notes whether there was an answer. */
  async #asking<T>(question: () => Promise<T>): Promise<T> {
    try {
      const answer = await question();
      [this.#isOnline, this.#isAllowed] = [true, true];
      return answer;
    } catch (error) {
      if (error instanceof NotAllowed) this.#isAllowed = false;
      else this.#isOnline = false;
      throw error;
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    this.#state = undefined;
    for (const listener of this.#listeners) listener();
  }

  #stateNow(): DoorState {
    const known = this.#known;
    const here = [...this.#changes.values()].filter(
      (change) => change.door !== null && change.door === known?.setup.door && this.#counts(change),
    );
    return {
      setup: known?.setup,
      ...{ isOnline: this.#isOnline, isAllowed: this.#isAllowed },
      tickets: known?.tickets ?? 0,
      admitted: (known?.admitted ?? 0) + this.#pending.size,
      ...{ here: here.length, pending: this.#pending.size },
      asOf: known?.asOf ?? null,
      conflicts: known?.conflicts ?? [],
    };
  }
}

const within = <T>(ms: number, answer: Promise<T>): Promise<T> =>
  Promise.race([
    answer,
    new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('the server takes too long')), ms);
    }),
  ]);
