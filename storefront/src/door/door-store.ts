import { openDB } from 'idb';
import type { DBSchema } from 'idb';

/** The show that a phone admits to, and the name of the door. */
export interface Setup {
  readonly scheduleId: string;
  readonly title: string;
  readonly startsAt: string;
  /** The door's name, as staff call it, 1 to 64 characters. */
  readonly door: string;
  /** The user who set it up, and who may continue without a network. */
  readonly userId: string;
}

/** The scan by which a ticket entered. */
export interface Entered {
  readonly door: string;
  /** ms since 1970. */
  readonly at: number;
}

/** A change of a ticket since it was made; `door` is null if the ticket is void. */
export interface Change {
  readonly door: string | null;
  readonly at: number;
}

/** A scan by which somebody came in, although the ticket had entered by another one or was void. */
export interface Conflict {
  readonly id: string;
  readonly door: string;
  readonly at: number;
  readonly entered: (Entered & { readonly seat: string }) | null;
}

/** A scan that let somebody in, which the server does not know yet. */
export interface PendingScan {
  readonly clientId: string;
  readonly scheduleId: string;
  readonly code: string;
  readonly door: string;
  /** RFC 3339. */
  readonly at: string;
}

/** What a door knows about its show, besides the changes of tickets. */
export interface Known {
  readonly setup: Setup;
  readonly keys: readonly string[];
  /** Where the list of changes continues; null if it has not been loaded. */
  readonly cursor: string | null;
  /** When the list was last complete, in ms since 1970; null if it never was. Then nobody can be admitted without a network. */
  readonly asOf: number | null;
  /** Where the show was moved, when the scans begin that count, in ms since 1970. What was stored by an earlier version has no such field. */
  readonly entriesFrom?: number | null;
  readonly tickets: number;
  readonly admitted: number;
  readonly conflicts: readonly Conflict[];
}

export interface Kept {
  readonly known: Known | undefined;
  readonly changes: readonly (readonly [ticket: string, change: Change])[];
  readonly pending: readonly PendingScan[];
}

/** Stores what a door knows, so that it survives a reload and an empty battery. */
export interface DoorStore {
  load(): Promise<Kept>;
  keepKnown(known: Known): Promise<void>;
  keepChanges(changes: Kept['changes']): Promise<void>;
  /** Resolves once the scan is on the disk. Only then may somebody come in by it. */
  addPending(scan: PendingScan, ticket: string, change: Change): Promise<void>;
  removePending(clientIds: readonly string[]): Promise<void>;
  /** Deletes the list, because another show has another one. Scans that the server does not know yet stay. */
  forgetShow(): Promise<void>;
}

interface Schema extends DBSchema {
  known: { key: 'known'; value: Known };
  changes: { key: string; value: Change };
  pending: { key: string; value: PendingScan };
}

/** Opens the store in this browser, which all who scan with it share. */
export async function openDoorStore(): Promise<DoorStore> {
  const database = await openDB<Schema>('frontrow-door', 1, {
    upgrade: (opened) => {
      for (const name of ['known', 'changes', 'pending'] as const) opened.createObjectStore(name);
    },
  });
  return {
    load: async () => {
      const [known, tickets, changes, pending] = await Promise.all([
        database.get('known', 'known'),
        database.getAllKeys('changes'),
        database.getAll('changes'),
        database.getAll('pending'),
      ]);
      return { known, pending, changes: tickets.map((ticket, i) => [ticket, changes[i] as Change] as const) };
    },
    keepKnown: async (known) => {
      await database.put('known', known, 'known');
    },
    keepChanges: async (changes) => {
      const transaction = database.transaction('changes', 'readwrite');
      for (const [ticket, change] of changes) void transaction.store.put(change, ticket);
      await transaction.done;
    },
    addPending: async (scan, ticket, change) => {
      const transaction = database.transaction(['changes', 'pending'], 'readwrite', { durability: 'strict' });
      void transaction.objectStore('pending').put(scan, scan.clientId);
      void transaction.objectStore('changes').put(change, ticket);
      await transaction.done;
    },
    removePending: async (clientIds) => {
      const transaction = database.transaction('pending', 'readwrite');
      for (const clientId of clientIds) void transaction.store.delete(clientId);
      await transaction.done;
    },
    forgetShow: async () => {
      const transaction = database.transaction(['known', 'changes'], 'readwrite');
      void transaction.objectStore('known').clear();
      void transaction.objectStore('changes').clear();
      await transaction.done;
    },
  };
}
