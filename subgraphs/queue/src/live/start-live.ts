import type { Broker } from '@frontrow/events/broker';
import { ticketEnded } from '@frontrow/events/contracts/queue';
import type { Outbox } from '@frontrow/events/outbox';
import { overhear } from '@frontrow/events/overhear';
import { untilItAnswers } from '@frontrow/kit/database';
import type { Logger } from '@frontrow/kit/log';
import type { Lobby } from '../operations/lobby.ts';
import { hearClosedPasses } from './closed-passes.ts';
import type { ClosedPasses } from './closed-passes.ts';
import { Followers } from './followers.ts';
import { LineMemory } from './line-memory.ts';
import { openLineNews } from './line-news.ts';
import { Presence } from './presence.ts';
import { startWatchers } from './watchers.ts';
import type { Watchers } from './watchers.ts';

/** What a replica knows and tells of lines while they move. */
export interface Live {
  readonly lobby: Lobby;
  readonly memory: LineMemory;
  readonly followers: Followers;
  readonly watchers: Watchers;
  readonly closedPasses: ClosedPasses;
  stop(): Promise<void>;
}

/** Listens to the other replicas first, then learns the lines: so nothing falls between. */
export async function startLive(outbox: Outbox, broker: Broker, log: Logger): Promise<Live> {
  const { database } = outbox;
  const memory = new LineMemory(database.manager, log);
  const presence = new Presence(database, log);
  const followers = new Followers(database, memory, presence, log);
  const watchers = startWatchers(database, log);
  const closedPasses = hearClosedPasses(broker);
  const news = openLineNews(broker, (change) => memory.hear(change));
  const hearEnd = ({ ticketId }: { ticketId: string }) => followers.hearEnd(ticketId);
  const ends = overhear(broker, [ticketEnded], hearEnd, () => followers.hasAdmitted);
  await untilItAnswers(log, () => memory.learnAll());
  return {
    lobby: {
      outbox,
      announce: (change) => {
        memory.hear(change);
        news.tell(change);
      },
    },
    memory,
    followers,
    watchers,
    closedPasses,
    stop: async () => {
      closedPasses.stop();
      ends.stop();
      news.stop();
      await followers.stop();
      await watchers.stop();
      await presence.stop();
    },
  };
}
