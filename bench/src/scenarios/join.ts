import { come } from './come.ts';
import { courseOf } from './purchase.ts';
import type { Scenario } from './scenario.ts';

const fansAtOnce = 64;

const enterQueue = `mutation ($concertId: ID!) { ticket: enterQueue(concertId: $concertId) {
  __typename ... on Refusal { code message } ... on QueueTicket { id number position } } }`;

/** Fans with accounts join the waiting room of one concert. */
export const join: Scenario = {
  what: `enterQueue through the API, ${fansAtOnce} fans at once, or --rate a second`,
  things: 'joins',
  seatsEach: 0,
  peers: ['redis-line'],
  usual: { count: 6_000, rounds: 3, warmUp: 1_000 },
  async prepare(contestant, amount, random) {
    const { concertId } = await contestant.openSale(4);
    const tokens = [...(await contestant.accounts(amount.warmUp + amount.count))];
    const { rate } = amount;
    const arrival = rate === undefined ? { atOnce: fansAtOnce } : { perSecond: rate, random };
    return courseOf(contestant, amount, async (count, latencies) => {
      const next = tokens.splice(0, count);
      await come(next, arrival, async (token, dueAt) => {
        const { ticket } = await contestant.client.ask<{ ticket: { __typename: string } }>(
          enterQueue,
          { concertId },
          token,
        );
        if (ticket.__typename !== 'QueueTicket') throw new Error(`Refused: ${JSON.stringify(ticket)}`);
        latencies.record('join', performance.now() - dueAt);
      });
      return next.length;
    });
  },
};
