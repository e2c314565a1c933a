import type { Sought } from '../bulk-sale/purchases.ts';
import type { Latencies } from '../measuring/latency.ts';
import { come } from './come.ts';
import { courseOf } from './purchase.ts';
import type { Scenario } from './scenario.ts';

/** Operators who look for something at the same moment. */
const atOnce = 2;

const line = `id status total createdAt expiresAt seats { seatId label } concert { id title } user { id name email }`;
const page = `edges { node { ${line} } } pageInfo { hasNextPage endCursor }`;
const byEmail = `query ($email: String!) { userByEmail(email: $email) {
  id name reservations(first: 50) { ${page} } } }`;
const bySeat = `query ($scheduleId: ID!, $label: String!) {
  reservationsBySeat(scheduleId: $scheduleId, label: $label, first: 50) { ${page} } }`;
const byId = `query ($id: ID!) { saga(id: $id) { id status steps { eventId name service status at data error }
  reservation { ${line} schedule { id startsAt } payment { id status amount } } } }`;
const purchases = `query ($after: String) { sagas(first: 20, after: $after) {
  edges { node { id status startedAt updatedAt nextMove { kind at } reservation { ${line} } } } pageInfo { endCursor } } }`;
const sales = `{ concerts(first: 20) { edges { node { id title artist salesOpenAt waitingRoom { status waiting active }
  schedules { id availability { total held sold } } } } pageInfo { endCursor } } }`;

/** What the operators' console asks for: a purchase by e-mail, seat and id, and its pages of purchases and sales. */
export const search: Scenario = {
  what: `operators find purchases by e-mail, seat and id, and turn pages, ${atOnce} at once`,
  things: 'searches and pages',
  seatsEach: 0,
  peers: [],
  usual: { count: 1_500, rounds: 3, warmUp: 300 },
  async prepare(contestant, amount, random) {
    const { reservationsBefore, client } = contestant;
    const operator = await contestant.operator?.();
    if (operator === undefined || reservationsBefore === 0)
      throw new Error('It looks for what earlier sales have left: say how many by --grown.');
    const any = () => random.between(0, reservationsBefore - 1);
    const sought = await operator.sought(Array.from({ length: 200 }, any));
    const ask = <Data>(query: string, variables: object) =>
      client.ask<Data>(query, variables, operator.token);
    const steps = stepsOf(ask);
    return courseOf(contestant, amount, async (count, latencies) => {
      const turns = Array.from({ length: count }, (_, turn) => turn);
      await come(turns, { atOnce }, async (turn) => {
        const step = steps[turn % steps.length] as Step;
        await timed(latencies, step, sought[turn % sought.length] as Sought);
      });
      return count;
    });
  },
};

interface Step {
  readonly name: string;
  /** @throws when what was looked for is not found */
  readonly look: (sought: Sought) => Promise<unknown>;
}

async function timed(latencies: Latencies, { name, look }: Step, sought: Sought): Promise<void> {
  const began = performance.now();
  await look(sought);
  latencies.record(name, performance.now() - began);
}

type Ask = <Data>(query: string, variables: object) => Promise<Data>;
interface Page {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

function stepsOf(ask: Ask): readonly Step[] {
  // The list of purchases goes on from page to page.
  let after: string | null = null;
  const has = ({ edges }: Page, id: string) => edges.some(({ node }) => node.id === id);
  return [
    {
      name: 'by e-mail',
      look: async ({ email, reservationId }) => {
        const { userByEmail } = await ask<{ userByEmail: { reservations: Page } }>(byEmail, { email });
        found(has(userByEmail.reservations, reservationId), email);
      },
    },
    {
      name: 'by seat',
      look: async ({ scheduleId, label, reservationId }) => {
        const { reservationsBySeat } = await ask<{ reservationsBySeat: Page }>(bySeat, { scheduleId, label });
        found(has(reservationsBySeat, reservationId), label);
      },
    },
    {
      name: 'by id',
      look: async ({ reservationId: id }) => {
        const { saga } = await ask<{ saga: { reservation: { id: string } } }>(byId, { id });
        found(saga.reservation.id === id, id);
      },
    },
    {
      name: 'a page',
      look: async () => {
        const { sagas } = await ask<{ sagas: Page & { pageInfo: { endCursor: string | null } } }>(purchases, {
          after,
        });
        after = sagas.pageInfo.endCursor;
      },
    },
    { name: 'sales', look: () => ask(sales, {}) },
  ];
}

function found(isFound: boolean, what: string): void {
  if (!isFound) throw new Error(`The search for ${what} does not find it.`);
}
