import type { Arrivals } from '@frontrow/events/arrivals';
import { groupCommit } from '@frontrow/kit/group-commit';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import type { Challenges } from './challenges.ts';
import type { Ticket } from './domain/ticket.ts';
import type { ClosedPasses } from './live/closed-passes.ts';
import type { Followers } from './live/followers.ts';
import type { LineMemory } from './live/line-memory.ts';
import type { Live } from './live/start-live.ts';
import { readRooms } from './live/watchers.ts';
import type { ShownRoom, Watchers } from './live/watchers.ts';
import { createLoaders } from './loaders.ts';
import type { Loaders } from './loaders.ts';
import { joinRoom } from './operations/join-room.ts';
import type { Joined } from './operations/join-room.ts';
import type { Lobby } from './operations/lobby.ts';
import { findTickets } from './storage/tickets.ts';

/** Subscriptions that begin within this time, in ms, have their tickets or rooms read together. */
const arrivalMs = 5;

interface Join {
  readonly fan: string;
  /** Of a fan who has solved a challenge: see `Challenges.check`. */
  readonly solvedAfter: number | null;
}

/** What all requests of the process share. */
export interface Queue {
  readonly lobby: Lobby;
  readonly memory: LineMemory;
  readonly followers: Followers;
  readonly watchers: Watchers;
  readonly closedPasses: ClosedPasses;
  readonly passKeys: SigningKeys;
  readonly challenges: Challenges;
  /** Of concerts, whose rooms open a moment after they were made. */
  readonly arrivals: Arrivals;
  /** Joins, in groups with whoever joins at the same moment. */
  readonly join: (concertId: string, fan: string, solvedAfter: number | null) => Promise<Joined>;
  /** Moves the lines at once. */
  readonly wake: () => void;
  /** The tickets of those who begin to follow theirs; after a restart that is everybody at once. */
  readonly followedTickets: DataLoader<string, Ticket | null>;
  /** The rooms of those who begin to watch them. */
  readonly watchedRooms: DataLoader<string, ShownRoom | null>;
}

export interface Context extends SubgraphContext, Queue {
  readonly loaders: Loaders;
  /** A subscription keeps its context: what was loaded for one of its events is old at the next one. */
  forgetLoaded(): void;
}

export function createQueue(
  {
    live,
    arrivals,
    challenges,
    passKeys,
  }: { live: Live; arrivals: Arrivals; challenges: Challenges; passKeys: SigningKeys },
  wake: () => void,
): Queue {
  const { lobby, memory, followers, watchers, closedPasses } = live;
  const { database } = lobby.outbox;
  const join = groupCommit(
    async (concertId, joins: readonly Join[]) => {
      const fans = [...new Set(joins.map(({ fan }) => fan))];
      const solved = new Map(
        joins.flatMap(({ fan, solvedAfter }) => (solvedAfter === null ? [] : [[fan, solvedAfter]])),
      );
      const joined = await joinRoom(lobby, concertId, fans, solved);
      wake();
      return joins.map(({ fan }) => joined.get(fan) as Joined);
    },
    { maxGroup: 500 },
  );
  const together = {
    cache: false,
    maxBatchSize: 500,
    batchScheduleFn: (read: () => void) => setTimeout(read, arrivalMs),
  };
  return {
    lobby,
    memory,
    followers,
    watchers,
    closedPasses,
    passKeys,
    challenges,
    arrivals,
    wake,
    join: (concertId, fan, solvedAfter) => join(concertId, { fan, solvedAfter }),
    followedTickets: loaderById(
      (ids) => findTickets(database.manager, ids),
      (ticket) => ticket.id,
      together,
    ),
    watchedRooms: loaderById<ShownRoom>(
      (ids) => readRooms(database, ids),
      (room) => room.concertId,
      together,
    ),
  };
}

export const createContext = (queue: Queue, viewer: Viewer | null): Context =>
  Object.assign(new Asking(queue, viewer), queue);

/** What belongs to one request, or to one of the tens of thousands of events of a wave: a literal with a getter costs more. */
class Asking {
  readonly viewer: Viewer | null;
  // Not #private: Apollo Server works on a copy.
  private readonly database: DataSource;
  private loaded: Loaders | undefined;

  constructor({ lobby }: Queue, viewer: Viewer | null) {
    this.viewer = viewer;
    this.database = lobby.outbox.database;
    this.loaded = undefined;
  }

  get loaders(): Loaders {
    // Most events load nothing.
    return (this.loaded ??= createLoaders(this.database, this.viewer));
  }

  forgetLoaded(): void {
    this.loaded = undefined;
  }
}
