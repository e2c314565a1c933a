import { setTimeout as pause } from 'node:timers/promises';
import type { Fan } from '@frontrow/stack/fan';
import type { GraphQLSchema } from 'graphql';
import type { System } from '../testing/system.ts';
import { inputOf } from './inputs.ts';
import type { Input } from './inputs.ts';
import type { Memory } from './memory.ts';
import type { FuzzOptions } from './options.ts';
import { send } from './send.ts';
import type { Answer } from './send.ts';
import { settle } from './settle.ts';

/** Inputs that are under way at once. */
const atOnce = 4;
/** How often everything is settled anew, in ms, because seats are sold out, fans leave and rooms are closed. */
const renewedAfterMs = 10_000;
/** How long a process may take to end, in ms. */
const drainingMs = 12_000;
/** How many times memory is measured. */
const looks = 10;
/** On a busy machine, fewer looks fit into a short run. With fewer than this, growth would not show. */
const fewestLooks = 4;
/** How many more KB a service may keep at the end than at half time. */
const mostGrowthKb = 40 * 1024;

export interface Finding {
  readonly what: string;
  /** The inputs that may have caused it; empty if any input may have. */
  readonly inputs: readonly { number: number; input: Input }[];
}
export interface FuzzReport {
  readonly inputs: ReadonlyMap<string, number>;
  /** How many queries and mutations services have executed without a fault, which shows how deep the inputs reach. */
  readonly executed: number;
  readonly answers: ReadonlyMap<string, number>;
  /** What each process kept, in KB, at each tenth of the time. */
  readonly memory: ReadonlyMap<string, readonly number[]>;
  readonly finding: Finding | undefined;
}

/** Sends inputs until the time is over or one of them has done harm. */
export async function fuzz(
  system: System,
  schema: GraphQLSchema,
  memory: Memory,
  { seconds, seed }: FuzzOptions,
): Promise<FuzzReport> {
  let here = await settle(system);
  const { services } = system.stack;
  const pids = services.map(({ pid }) => pid);
  const gone = () => services.filter(({ pid }, i) => pid !== pids[i]).map(({ name }) => name);
  const inputs = new Map<string, number>();
  const answers = new Map<string, number>();
  const kept = new Map<string, number[]>(services.map(({ name }) => [name, []]));
  const underWay = new Map<number, Input>();
  /** The inputs that were answered last, because their effect may show later. */
  const recent = new Map<number, Input>();
  let finding: Finding | undefined;
  const find = (what: string, of: Iterable<[number, Input]> = []) =>
    (finding ??= { what, inputs: Array.from(of, ([number, input]) => ({ number, input })) });

  /** A process that an error ends drains first. Inputs that get no answer meanwhile are not the cause. */
  const findWhoEnded = async () => {
    await waitUntil(() => gone().length > 0, drainingMs);
    if (gone().length > 0) find(`${gone().join(', ')} ended`, [...recent, ...underWay]);
  };

  const startedAt = Date.now();
  const isOver = () => finding !== undefined || Date.now() - startedAt >= seconds * 1_000;
  let next = 1;
  let executed = 0;
  const sendMany = async () => {
    while (!isOver()) {
      const number = next++;
      const input = inputOf(seed, number, schema, here.world);
      underWay.set(number, input);
      const answer = await send(system.url, input, here.tokens[input.who]);
      underWay.delete(number);
      recent.set(number, input);
      if (recent.size > atOnce * 3) recent.delete(Math.min(...recent.keys()));
      count(inputs, input.kind);
      if (isExecuted(answer, input)) executed++;
      for (const each of [answer.outcome, ...answer.codes]) count(answers, each);
      const harm = harmIn(answer, input);
      if (harm === 'no answer' || gone().length > 0) await findWhoEnded();
      if (harm !== undefined) find(harm, [[number, input]]);
    }
  };
  const wait = (ms: number) => waitUntil(isOver, ms);
  const renew = async () => {
    for (;;) {
      await wait(renewedAfterMs);
      if (isOver()) return;
      here = await settle(system);
    }
  };
  let looked = 0;
  const look = async () => {
    looked++;
    for (const { name, pid } of services) {
      const kb = pid === undefined ? undefined : await memory.keptBy(pid);
      if (kb !== undefined) kept.get(name)?.push(kb);
    }
  };
  const lookOften = async () => {
    for (let n = 1; n < looks && !isOver(); n++) {
      await wait(startedAt + (n * seconds * 1_000) / looks - Date.now());
      await look();
    }
  };
  const failed = async (error: unknown) => {
    await findWhoEnded();
    find(`nothing could be bought any more: ${String(error)}`);
  };
  await Promise.all([...Array.from({ length: atOnce }, sendMany), renew().catch(failed), lookOften()]);
  if (finding === undefined && !(await isWell(here.fan))) find('a healthy query is not answered any more');
  if (gone().length > 0) find(`${gone().join(', ')} ended`);
  await look();
  for (const [name, kb] of kept) {
    const expected = Math.max(looked, fewestLooks);
    if (kb.length < expected)
      find(`${name} told ${kb.length} times how much memory it keeps, not ${expected}`);
    const growth = (kb.at(-1) ?? 0) - (kb[kb.length >> 1] ?? 0);
    if (growth > mostGrowthKb) find(`${name} keeps ${Math.round(growth / 1024)} MB more than at half time`);
  }
  return { inputs, executed, answers, memory: kept, finding };
}

function harmIn({ outcome, codes }: Answer, { kind }: Input): string | undefined {
  if (codes.includes('INTERNAL_SERVER_ERROR')) return 'INTERNAL_SERVER_ERROR';
  if (outcome.startsWith('5') && !codes.includes('SERVICE_UNAVAILABLE')) return `HTTP status ${outcome}`;
  if (/^WebSocket (4500|1011)$/.test(outcome)) return outcome;
  if (outcome === 'too late' || (outcome === 'no answer' && kind !== 'oversized')) return outcome;
  return undefined;
}

const faults = [
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'UNAUTHENTICATED',
  'OPERATION_TOO_COMPLEX',
  'SERVICE_UNAVAILABLE',
];
const isExecuted = ({ outcome, codes }: Answer, { kind }: Input) =>
  (kind === 'query' || kind === 'mutation') &&
  outcome === '200' &&
  !codes.some((code) => faults.includes(code));

async function isWell(fan: Fan): Promise<boolean> {
  const query = '{ me { id wallet { balance } } concerts { edges { node { id title schedules { id } } } } }';
  return fan
    .until(query, {}, () => true, 15_000)
    .then(
      () => true,
      () => false,
    );
}

async function waitUntil(isReached: () => boolean, withinMs: number): Promise<void> {
  for (const until = Date.now() + withinMs; Date.now() < until && !isReached();) await pause(50);
}

const count = (counts: Map<string, number>, what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
