import { loaderById, loaderOfMany } from '@frontrow/kit/loader';
import type { Viewer } from '@frontrow/kit/viewer';
import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Room } from './domain/room.ts';
import type { Ticket } from './domain/ticket.ts';
import { noteLooks } from './operations/note-looks.ts';
import { countActive, findTickets, findTicketsOfFans } from './storage/tickets.ts';

/** How many tickets a fan is shown, newest first. */
const ticketsShown = 100;

export type Loaders = ReturnType<typeof createLoaders>;

/** @param roomsOfAll reads rooms together for requests of the same moment, most of which are about the same one */
export function createLoaders(
  database: DataSource,
  roomsOfAll: DataLoader<string, Room | null>,
  viewer: Viewer | null,
) {
  const { manager } = database;
  const looked = async (tickets: Ticket[]) => {
    await noteLooks(database, tickets, viewer?.id, new Date());
    return tickets;
  };
  return {
    rooms: new DataLoader<string, Room | null>((ids) => Promise.all(ids.map((id) => roomsOfAll.load(id)))),
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
