import type { Broker } from '@frontrow/events/broker';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import type { Outbox } from '@frontrow/events/outbox';
import { overhear } from '@frontrow/events/overhear';
import { untilItAnswers } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';
import type { LineDependencies } from '../operations/line-dependencies.ts';
import { hearClosedPasses } from './closed-passes.ts';
import type { ClosedPasses } from './closed-passes.ts';
import { TicketFollowers } from './ticket-followers.ts';
import { KnownLines } from './known-lines.ts';
import { openLineNews } from './line-news.ts';
import { Presence } from './presence.ts';
import { startRoomFollowers } from './room-followers.ts';
import type { RoomFollowers } from './room-followers.ts';

/** What a replica knows about its lines, and tells its subscribers, while they move. */
export interface Positions {
  readonly lineDeps: LineDependencies;
  readonly knownLines: KnownLines;
  readonly ticketFollowers: TicketFollowers;
  readonly roomFollowers: RoomFollowers;
  readonly closedPasses: ClosedPasses;
  stop(): Promise<void>;
}

/** First listens to the other replicas, then learns the lines, so that no change is missed in between. */
export async function startPositions(outbox: Outbox, broker: Broker, log: Logger): Promise<Positions> {
  const { database } = outbox;
  const knownLines = new KnownLines(database.manager, log);
  const presence = new Presence(database, log);
  const ticketFollowers = new TicketFollowers(database, knownLines, presence, log);
  const roomFollowers = startRoomFollowers(database, log);
  const closedPasses = hearClosedPasses(broker);
  const news = openLineNews(broker, (change) => knownLines.hear(change));
  const hearEnd = ({ ticketId }: { ticketId: string }) => ticketFollowers.hearEnd(ticketId);
  const ends = overhear(broker, [ticketEnded], hearEnd, () => ticketFollowers.hasAdmitted);
  await untilItAnswers(log, () => knownLines.learnAll());
  return {
    lineDeps: {
      outbox,
      announce: (change) => {
        knownLines.hear(change);
        news.tell(change);
      },
    },
    knownLines,
    ticketFollowers,
    roomFollowers,
    closedPasses,
    stop: async () => {
      closedPasses.stop();
      ends.stop();
      news.stop();
      await ticketFollowers.stop();
      await roomFollowers.stop();
      await presence.stop();
    },
  };
}
