import type { Contestant } from '../contestant.ts';
import { inParallel } from '../in-parallel.ts';
import { Latencies } from '../measuring/latency.ts';
import { buy } from './buy.ts';
import { come } from './come.ts';
import { courseOf, purchasesFor } from './purchase.ts';
import type { Amount, Course, Scenario } from './scenario.ts';

const atOnce = 64;
const concertsOnSale = 10;
/** Fans who have bought something. Each opens the page again and again. */
const fans = 40;

const list = `{ concerts(first: 20) { edges { node { id title artist venue { name } salesOpenAt
  schedules { id startsAt availability { total available } } } } } }`;
const concert = `query ($id: ID!) { concert(id: $id) { title artist description venue { name address } maxSeatsPerFan
  waitingRoom { status waiting } schedules { id startsAt sections { name price available } } } }`;

/** Half of the requests are for the list, half for one of the concerts. */
export const catalogue: Scenario = {
  what: `concerts, their dates and what is left, read by ${atOnce} at once who are not logged in`,
  things: 'answers',
  seatsEach: 0,
  peers: ['hive', 'hive-sharing'],
  usual: { count: 6_000, rounds: 3, warmUp: 1_500 },
  async prepare(contestant, amount) {
    const ids: string[] = [];
    for (let n = 0; n < concertsOnSale; n++) ids.push((await contestant.openSale(100)).concertId);
    return reading(contestant, amount, (turn) =>
      turn % 2 === 0
        ? contestant.client.ask(list, {})
        : contestant.client.ask(concert, { id: ids[turn % ids.length] }),
    );
  },
};

const account = `{ me { id name email wallet { balance history(first: 10) { edges { node { id amount } } } }
  queueTickets { id status number concert { title } }
  reservations(first: 10) { edges { node { id status total seats { label price }
    concert { title venue { name } } schedule { startsAt } payment { status amount } saga { status steps { name at } } } } } } }`;

/** What a fan's own page shows, from six subgraphs. */
export const gateway: Scenario = {
  what: `a fan's account, tickets and purchases of six subgraphs, read by ${atOnce} at once`,
  things: 'answers',
  seatsEach: 0,
  peers: ['hive', 'hive-sharing'],
  usual: { count: 3_000, rounds: 3, warmUp: 600 },
  async prepare(contestant, amount, random) {
    const planned = await purchasesFor(contestant, fans, random);
    await inParallel(planned, 8, (each) => buy(contestant, each, performance.now(), new Latencies()));
    const tokens = planned.map(({ fan }) => fan.token);
    return reading(contestant, amount, async (turn) => {
      const token = tokens[turn % fans] as string;
      const { me } = await contestant.client.ask<{ me: { id: string } }>(account, {}, token);
      if (me.id !== ownerOf(token)) throw new Error(`${contestant.name} shows a fan the account of another.`);
    });
  },
};

/** The user to whom an access token belongs: the subject of the JWT. */
function ownerOf(token: string): string {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    sub: string;
  };
  return sub;
}

function reading(contestant: Contestant, amount: Amount, read: (turn: number) => Promise<unknown>): Course {
  return courseOf(contestant, amount, async (count, latencies) => {
    const turns = Array.from({ length: count }, (_, turn) => turn);
    await come(turns, { atOnce }, async (turn, dueAt) => {
      await read(turn);
      latencies.record('read', performance.now() - dueAt);
    });
    return count;
  });
}
