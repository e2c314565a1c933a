import type { Arrivals } from '@frontrow/events/arrivals';
import { groupCommit } from '@frontrow/kit/group-commit';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Challenges } from './challenges.ts';
import type { Room } from './domain/room.ts';
import type { Ticket } from './domain/ticket.ts';
import type { ClosedPasses } from './positions/closed-passes.ts';
import type { TicketFollowers } from './positions/ticket-followers.ts';
import type { KnownLines } from './positions/known-lines.ts';
import type { Positions } from './positions/start-positions.ts';
import { readRooms } from './positions/room-followers.ts';
import type { ShownRoom, RoomFollowers } from './positions/room-followers.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';
import { joinRoom } from './operations/join-room.ts';
import type { Joined } from './operations/join-room.ts';
import type { LineDependencies } from './operations/line-dependencies.ts';
import { findRooms } from './storage/rooms.ts';
import { findTickets } from './storage/tickets.ts';

/** Subscriptions that begin within this time, in ms, have their tickets or rooms read together. */
const arrivalMs = 5;

interface Join {
  readonly userId: string;
  /** For a fan who has solved a challenge, what `Challenges.check` returned; otherwise null. */
  readonly solvedAfter: number | null;
}

/** What all requests of the process share. */
export interface ProcessContext {
  readonly lineDeps: LineDependencies;
  readonly knownLines: KnownLines;
  readonly ticketFollowers: TicketFollowers;
  readonly roomFollowers: RoomFollowers;
  readonly closedPasses: ClosedPasses;
  readonly passKeys: SigningKeys;
  readonly challenges: Challenges;
  /** Lets requests wait for rooms of new concerts, which open a moment after the concert was created. */
  readonly arrivals: Arrivals;
  /** Joins a room, in one group with others who join at the same moment. */
  readonly join: (concertId: string, userId: string, solvedAfter: number | null) => Promise<Joined>;
  /** Moves the lines at once. */
  readonly wake: () => void;
  /** Reads the rooms that requests of the same moment ask for together: fans who have just joined by one statement all want to know their position. */
  readonly rooms: DataLoader<string, Room | null>;
  /** Reads the tickets of new followers together; after a restart, all fans are new followers at once. */
  readonly followedTickets: DataLoader<string, Ticket | null>;
  /** Reads the rooms of new followers together. */
  readonly followedRooms: DataLoader<string, ShownRoom | null>;
}

export interface Context extends SubgraphContext, ProcessContext {
  readonly loaders: Loaders;
}

export function createProcessContext(
  {
    positions,
    arrivals,
    challenges,
    passKeys,
  }: { positions: Positions; arrivals: Arrivals; challenges: Challenges; passKeys: SigningKeys },
  wake: () => void,
): ProcessContext {
  const { lineDeps, knownLines, ticketFollowers, roomFollowers, closedPasses } = positions;
  const { database } = lineDeps.outbox;
  const join = groupCommit(
    async (concertId, joins: readonly Join[]) => {
      const userIds = [...new Set(joins.map(({ userId }) => userId))];
      const solved = new Map(
        joins.flatMap(({ userId, solvedAfter }) => (solvedAfter === null ? [] : [[userId, solvedAfter]])),
      );
      const joined = await joinRoom(lineDeps, concertId, userIds, solved);
      wake();
      return joins.map(({ userId }) => joined.get(userId) as Joined);
    },
    { maxGroup: 500 },
  );
  const together = {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (read: () => void) => setTimeout(read, arrivalMs),
  };
  return {
    lineDeps,
    knownLines,
    ticketFollowers,
    roomFollowers,
    closedPasses,
    passKeys,
    challenges,
    arrivals,
    wake,
    join: (concertId, userId, solvedAfter) => join(concertId, { userId, solvedAfter }),
    rooms: loaderById<Room>(
      (ids) => findRooms(database.manager, ids),
      (room) => room.concertId,
      { cache: false, maxBatchSize: 500 },
    ),
    followedTickets: loaderById(
      (ids) => findTickets(database.manager, ids),
      (ticket) => ticket.id,
      together,
    ),
    followedRooms: loaderById<ShownRoom>(
      (ids) => readRooms(database, ids),
      (room) => room.concertId,
      together,
    ),
  };
}

export const createContext = (processContext: ProcessContext, viewer: Viewer | null): Context =>
  Object.assign(new RequestContext(processContext, viewer), processContext);

/** The part of a context that belongs to one request, or to one of a wave's tens of thousands of events. A class is cheaper than a literal with a getter. */
class RequestContext {
  readonly viewer: Viewer | null;
  // Not #private: Apollo Server works on a copy.
  private readonly database: DataSource;
  private readonly roomsOfAll: DataLoader<string, Room | null>;
  private loaded: Loaders | undefined;

  constructor({ lineDeps, rooms }: ProcessContext, viewer: Viewer | null) {
    this.viewer = viewer;
    this.database = lineDeps.outbox.database;
    this.roomsOfAll = rooms;
    this.loaded = undefined;
  }

  get loaders(): Loaders {
    // Most events load nothing.
    return (this.loaded ??= createLoaders(this.database, this.roomsOfAll, this.viewer));
  }
}
