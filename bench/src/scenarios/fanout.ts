import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '@frontrow/kit/testing/random';
import { Crowd } from '@frontrow/stack/testing/crowd';
import type { Place } from '@frontrow/stack/testing/crowd';
import type { Contestant } from '../contestant.ts';
import { inParallel } from '../in-parallel.ts';
import { costOf } from '../measuring/cost.ts';
import { Latencies } from '../measuring/latency.ts';
import { come } from './come.ts';
import type { Scenario } from './scenario.ts';

/** A round takes one second for each thousand fans, ten at most, because a short line needs fewer measurements. */
const fansPerSecond = 1_000;
const mostSeconds = 10;
const letInAtATime = 10;
const joinAtOnce = 32;
const lookAgainMs = 100;

const enterQueue =
  'mutation ($concertId: ID!) { ticket: enterQueue(concertId: $concertId) { ... on QueueTicket { id } } }';
const placeOf = `query ($id: ID!) {
  queueTicket(id: $id) { position status concert { title venue { name } } } }`;

/** A line of fans. Some are admitted each second, and all of them want to know their position. */
interface Line {
  /** Admits some fans, and settles when all others know their new position. */
  wave(latencies: Latencies): Promise<void>;
  end(): void;
}

/** Each fan in a waiting room learns their new position each second. */
export const fanout: Scenario = {
  what: `${letInAtATime} are let in each second, and all others in the line are told their new place`,
  things: 'fans told',
  seatsEach: 0,
  peers: ['polling'],
  usual: { count: 10_000, rounds: 3, warmUp: 0 },
  async prepare(contestant, { count }, random) {
    const { concertId } = await contestant.openSale(100);
    await contestant.letIn(concertId, 1);
    const tokens = await contestant.accounts(count);
    const follow = contestant.name === 'polling' ? polling : subscribed;
    const line = await follow(contestant, concertId, tokens, random);
    const seconds = Math.min(mostSeconds, Math.ceil(count / fansPerSecond));
    const some = async (latencies: Latencies) => {
      for (let second = 0; second < seconds; second++) {
        await Promise.all([line.wave(latencies), pause(1_000)]);
      }
      return seconds * count;
    };
    return {
      warmUp: async () => {
        await some(new Latencies());
      },
      round: () => costOf(contestant, some),
      end: () => line.end(),
    };
  },
};

/**
 * Each fan has a WebSocket and a subscription. A latency lasts from the request to admit some until the fan has read the new
 * position.
 */
async function subscribed(
  contestant: Contestant,
  concertId: string,
  tokens: readonly string[],
): Promise<Line> {
  const crowd = await Crowd.come(
    contestant.urls,
    tokens.map((token) => ({ token })),
    { processes: Math.max(2, contestant.urls.length) },
  );
  contestant.generators.push(...crowd.pids);
  await crowd.enter(concertId, joinAtOnce);
  await crowd.follow();
  let letIn = 1;
  return {
    async wave(latencies) {
      const before = await crowd.places();
      const startedAt = Date.now();
      await contestant.letIn(concertId, (letIn += letInAtATime));
      const waited = [...before.entries()].filter(([, { status }]) => status === 'WAITING');
      for (;;) {
        const now = await crowd.places();
        const told = waited.flatMap(([fan, { heard }]) => {
          const place = now[fan] as Place;
          return place.heard > heard ? [place.at - startedAt] : [];
        });
        if (told.length < waited.length) {
          await pause(lookAgainMs);
          continue;
        }
        for (const ms of told) latencies.record('told', ms);
        return;
      }
    },
    end: () => crowd.go(),
  };
}

/**
 * Each fan asks once a second, at a moment of their own. A latency is that of an answer, whose content may be a second old by
 * then.
 */
async function polling(
  contestant: Contestant,
  concertId: string,
  tokens: readonly string[],
  random: Random,
): Promise<Line> {
  const ids: string[] = [];
  await inParallel(tokens, joinAtOnce, async (token, fan) => {
    const { ticket } = await contestant.client.ask<{ ticket: { id: string } }>(
      enterQueue,
      { concertId },
      token,
    );
    ids[fan] = ticket.id;
  });
  let count = 1;
  return {
    async wave(latencies) {
      await contestant.letIn(concertId, (count += letInAtATime));
      await come([...ids.entries()], { perSecond: ids.length, random }, async ([fan, id], dueAt) => {
        await contestant.client.ask(placeOf, { id }, tokens[fan]);
        latencies.record('answered', performance.now() - dueAt);
      });
    },
    end: () => undefined,
  };
}
