import type { Outbox } from '@frontrow/events/outbox';
import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import DataLoader from 'dataloader';
import type { Room } from './domain/room.ts';
import type { Ticket } from './domain/ticket.ts';
import { joinInGroups } from './operations/join-group.ts';
import { joinRoom } from './operations/join-room.ts';
import type { Joined } from './operations/join-room.ts';
import { noteLooks } from './operations/note-looks.ts';
import { positionsOf } from './storage/positions.ts';
import { findRooms } from './storage/rooms.ts';
import { countActive, findTickets, findTicketsOfFans } from './storage/tickets.ts';

/** How many tickets a fan is shown, newest first. */
const ticketsShown = 100;

/** What all requests of the process share. */
export interface Queue {
  readonly outbox: Outbox;
  readonly passKeys: SigningKeys;
  /** Joins, in groups with whoever joins at the same moment. */
  readonly join: (concertId: string, fan: string) => Promise<Joined>;
  /** Moves the lines at once. */
  readonly wake: () => void;
}

export interface Context extends SubgraphContext, Queue {
  readonly rooms: DataLoader<string, Room | null>;
  /** How many fans of a concert are admitted. */
  readonly active: DataLoader<string, number>;
  readonly tickets: DataLoader<string, Ticket | null>;
  readonly ticketsOfFan: DataLoader<string, Ticket[]>;
  readonly positions: DataLoader<Ticket, number>;
}

export const createQueue = (outbox: Outbox, passKeys: SigningKeys, wake: () => void): Queue => ({
  outbox,
  passKeys,
  wake,
  join: joinInGroups(async (concertId, fans) => {
    const joined = await joinRoom(outbox, concertId, fans);
    wake();
    return joined;
  }),
});

export function createContext(queue: Queue, viewer: Viewer | null): Context {
  const { database } = queue.outbox;
  const { manager } = database;
  const looked = async (tickets: Ticket[]) => {
    await noteLooks(database, tickets, viewer?.id, new Date());
    return tickets;
  };
  return {
    ...queue,
    viewer,
    rooms: loaderById(
      (ids) => findRooms(manager, ids),
      (room) => room.concertId,
    ),
    active: new DataLoader(async (ids) => {
      const active = await countActive(manager, ids);
      return ids.map((id) => active.get(id) ?? 0);
    }),
    tickets: loaderById(
      async (ids) => looked(await findTickets(manager, ids)),
      (ticket) => ticket.id,
    ),
    ticketsOfFan: loaderOfMany(
      async (ids) => looked(await findTicketsOfFans(manager, ids, ticketsShown)),
      (ticket) => ticket.userId,
    ),
    positions: new DataLoader((tickets) => positionsOf(manager, tickets)),
  };
}
