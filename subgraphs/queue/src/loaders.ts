import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type { Viewer } from '@frontrow/kit/viewer';
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Ticket } from './domain/ticket.ts';
import { noteLooks } from './operations/note-looks.ts';
import { findRooms } from './storage/rooms.ts';
import { countActive, findTickets, findTicketsOfFans } from './storage/tickets.ts';

/** How many tickets a fan is shown, newest first. */
const ticketsShown = 100;

export type Loaders = ReturnType<typeof createLoaders>;

export function createLoaders(database: DataSource, viewer: Viewer | null) {
  const { manager } = database;
  const looked = async (tickets: Ticket[]) => {
    await noteLooks(database, tickets, viewer?.id, new Date());
    return tickets;
  };
  return {
    rooms: loaderById(
      (ids) => findRooms(manager, ids),
      (room) => room.concertId,
    ),
    /** How many fans of a concert are admitted. */
    active: new DataLoader<string, number>(async (ids) => {
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
  };
}
