import { setTimeout as pause } from 'node:timers/promises';
import type { Fan } from '@frontrow/stack/fan';
import type { GraphQLSchema } from 'graphql';
import { admittedFan, concertOnSale } from '../testing/system.ts';
import type { System } from '../testing/system.ts';
import { memoryOf } from '@frontrow/stack/testing/usage';
import { inputOf } from './inputs.ts';
import type { Input, Who } from './inputs.ts';
import type { FuzzOptions } from './options.ts';
import { send } from './send.ts';
import type { Answer } from './send.ts';
import type { World } from './values.ts';

/** Inputs that are under way at once. */
const atOnce = 4;
const mostGrowthKb = 150 * 1024;

export interface Finding {
  readonly what: string;
  /** The inputs that may have caused it; none where it was all of them. */
  readonly inputs: readonly { number: number; input: Input }[];
}
export interface FuzzReport {
  readonly inputs: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<string, number>;
  /** Of the gateway, in KB. */
  readonly memory: { early: number; late: number };
  readonly finding: Finding | undefined;
}

/** Sends inputs until the time is over or one of them has done harm. */
export async function fuzz(
  system: System,
  schema: GraphQLSchema,
  { seconds, seed }: FuzzOptions,
): Promise<FuzzReport> {
  const { fan, world } = await settle(system);
  const tokens: Record<Who, string | undefined> = {
    ...{ fan: fan.token, operator: system.operator.token, nobody: undefined },
  };
  const pids = system.stack.services.map(({ pid }) => pid);
  const gone = () => system.stack.services.filter(({ pid }, i) => pid !== pids[i]).map(({ name }) => name);
  const inputs = new Map<string, number>();
  const answers = new Map<string, number>();
  const underWay = new Map<number, Input>();
  let finding: Finding | undefined;
  const find = (what: string, of: Iterable<[number, Input]> = []) =>
    (finding ??= { what, inputs: Array.from(of, ([number, input]) => ({ number, input })) });

  const startedAt = Date.now();
  let early = 0;
  let next = 1;
  const sendMany = async () => {
    while (finding === undefined && Date.now() - startedAt < seconds * 1_000) {
      const number = next++;
      const input = inputOf(seed, number, schema, world);
      underWay.set(number, input);
      const answer = await send(system.url, input, tokens[input.who]);
      if (gone().length > 0) find(`${gone().join(', ')} ended`, underWay);
      underWay.delete(number);
      count(inputs, input.kind);
      for (const each of [answer.outcome, ...answer.codes]) count(answers, each);
      const harm = harmIn(answer, input);
      if (harm !== undefined) find(harm, [[number, input]]);
      if (early === 0 && Date.now() - startedAt > seconds * 100) early = gatewayMemory(system);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendMany));
  if (finding === undefined && !(await isWell(fan))) find('a healthy query is not answered any more');
  if (gone().length > 0) find(`${gone().join(', ')} ended`);
  const late = await restingMemory(system, early + mostGrowthKb);
  if (early > 0 && late > early + mostGrowthKb) find('the gateway has grown');
  return { inputs, answers, memory: { early, late }, finding };
}

/** A fan with a hold and a reservation, so that there is something to ask for. */
async function settle(system: System): Promise<{ fan: Fan; world: World }> {
  const sale = await concertOnSale(system);
  const { fan, pass, ticketId } = await admittedFan(system, sale);
  const seatIds = sale.seats.map(({ id }) => id);
  const hold = await fan.hold(sale.scheduleId, pass, { seatIds: seatIds.slice(0, 1) });
  if (hold.__typename !== 'SeatHold') throw new Error(`no seat could be held: ${JSON.stringify(hold)}`);
  const { reservationId } = hold;
  await fan.reservationUntil(reservationId, 'HELD', 'PENDING');
  const world = {
    ...{ concert: [sale.concertId], concertId: [sale.concertId], waitingRoom: [sale.concertId] },
    ...{ schedule: [sale.scheduleId], scheduleId: [sale.scheduleId], seatIds, ticketId: [ticketId] },
    ...{ queueTicket: [ticketId], user: [fan.id, system.operator.id], endOperator: [system.operator.id] },
    ...{ reservation: [reservationId], reservationId: [reservationId], saga: [reservationId] },
    ...{ cancelReservation: [reservationId], reservationChanged: [reservationId], admissionToken: [pass] },
    // Nobody's password: the fan who asks is not to be deleted.
    ...{ password: ['another-long-password', 'short'], email: ['fuzz@example.org', 'Fuzz@Example.org', 'a'] },
  };
  return { fan, world };
}

function harmIn({ outcome, codes }: Answer, { kind }: Input): string | undefined {
  if (codes.includes('INTERNAL_SERVER_ERROR')) return 'INTERNAL_SERVER_ERROR';
  if (outcome.startsWith('5') && !codes.includes('SERVICE_UNAVAILABLE')) return `HTTP status ${outcome}`;
  if (/^WebSocket (4500|1011)$/.test(outcome)) return outcome;
  if (outcome === 'too late' || (outcome === 'no answer' && kind !== 'oversized')) return outcome;
  return undefined;
}

async function isWell(fan: Fan): Promise<boolean> {
  const query = '{ me { id wallet { balance } } concerts { edges { node { id title schedules { id } } } } }';
  return fan
    .until(query, {}, () => true, 15_000)
    .then(
      () => true,
      () => false,
    );
}

const gatewayMemory = ({ stack }: System) => memoryOf(stack.process('gateway').pid as number);

/** A heap that has just been full needs a moment until it is collected. */
async function restingMemory(system: System, enough: number): Promise<number> {
  let memory = gatewayMemory(system);
  for (let looks = 0; memory > enough && looks < 20; looks++) {
    await pause(500);
    memory = gatewayMemory(system);
  }
  return memory;
}

const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
