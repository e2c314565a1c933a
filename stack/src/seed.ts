import { setTimeout as sleep } from 'node:timers/promises';
import { Api, Faulted } from './api.ts';
import type { Operator } from './layout.ts';
import {
  demoFans,
  demoPassword,
  demoPoints,
  eveningsOf,
  seedConcerts,
  type SeedConcert,
} from './seed-data.ts';

/**
 * Fills a new system with concerts and demo accounts, as an operator would, through the public API. What exists already stays as
 * it is, so an interrupted attempt is simply continued.
 *
 * @returns whether anything was missing
 * @throws if the API refuses
 */
export async function seed(gatewayUrl: string, operator: Operator, now = new Date()): Promise<boolean> {
  const visitor = new Api(gatewayUrl);
  // The concerts are made last, so if all of them exist, everything does.
  const known = await findConcerts(visitor);
  const missing = seedConcerts.filter((concert) => !isComplete(concert, known));
  if (missing.length === 0) return false;

  await Promise.all(demoFans.map((fan) => addFan(visitor, fan)));
  const api = await logIn(visitor, operator);
  for (const concert of missing) await addConcert(api, concert, known.get(concert.title), now);
  return true;
}

interface KnownConcert {
  id: string;
  title: string;
  schedules: { startsAt: string }[];
}
type KnownConcerts = ReadonlyMap<string, KnownConcert>;

const isComplete = (concert: SeedConcert, known: KnownConcerts) =>
  (known.get(concert.title)?.schedules.length ?? 0) >= concert.evenings.length;

async function findConcerts(api: Api): Promise<KnownConcerts> {
  const found = new Map<string, KnownConcert>();
  for (const { title } of seedConcerts) {
    const { concerts } = await insist(() =>
      api.ask<{ concerts: { edges: { node: KnownConcert }[] } }>(
        'query ($title: String!) { concerts(search: $title) { edges { node { id title schedules { startsAt } } } } }',
        { title },
      ),
    );
    const same = concerts.edges.find(({ node }) => node.title === title);
    if (same) found.set(title, same.node);
  }
  return found;
}

async function addConcert(
  api: Api,
  concert: SeedConcert,
  known: KnownConcert | undefined,
  now: Date,
): Promise<void> {
  const { sections, evenings: _, ...described } = concert;
  const salesOpenAt = new Date(now.getTime() - 60_000).toISOString();
  const { id } =
    known ??
    (await change<{ id: string }>(api, 'createConcert', 'CreateConcertInput', '... on Concert { id }', {
      ...described,
      salesOpenAt,
    }));
  const there = new Set(known?.schedules.map(({ startsAt }) => startsAt));
  for (const evening of eveningsOf(concert, now)) {
    const startsAt = evening.toISOString();
    if (there.has(startsAt)) continue;
    await change(api, 'addSchedule', 'AddScheduleInput', '... on Schedule { id }', {
      concertId: id,
      startsAt,
      sections,
    });
  }
}

async function addFan(visitor: Api, fan: (typeof demoFans)[number]): Promise<void> {
  const account = { email: fan.email, password: demoPassword };
  const api = await register(visitor, { ...account, name: fan.name }).catch((error: unknown) => {
    if (error instanceof Refused && error.code === 'EMAIL_TAKEN') return logIn(visitor, account);
    throw error;
  });
  await change(api, 'chargePoints', 'ChargePointsInput', '... on PointEntry { id }', {
    amount: demoPoints,
    idempotencyKey: 'seed', // so that a second attempt charges nothing
  });
}

const session = '... on Session { accessToken }';

async function register(
  visitor: Api,
  account: { email: string; password: string; name: string },
): Promise<Api> {
  const { accessToken } = await change<{ accessToken: string }>(
    visitor,
    'register',
    'RegisterInput',
    session,
    account,
  );
  return new Api(visitor.url, accessToken);
}

async function logIn(visitor: Api, { email, password }: { email: string; password: string }): Promise<Api> {
  const { accessToken } = await change<{ accessToken: string }>(visitor, 'logIn', 'LogInInput', session, {
    email,
    password,
  });
  return new Api(visitor.url, accessToken);
}

/** Thrown if the API answers with a refusal. */
class Refused extends Error {
  readonly code: string;
  constructor(mutation: string, { code, message }: Refusal) {
    super(`${mutation} was refused, ${code}: ${message}`);
    this.code = code;
  }
}

interface Refusal {
  __typename: 'Refusal';
  code: string;
  message: string;
  retryable: boolean;
}

/** @throws Refused, unless the refusal passes within a while */
function change<Result>(
  api: Api,
  mutation: string,
  inputType: string,
  fields: string,
  input: object,
): Promise<Result> {
  return insist(async () => {
    const { result } = await api.ask<{ result: Refusal | (Result & { __typename: string }) }>(
      `mutation ($input: ${inputType}!) {
        result: ${mutation}(input: $input) { __typename ${fields} ... on Refusal { code message retryable } }
      }`,
      { input },
    );
    if (isRefusal(result)) throw new Refused(mutation, result);
    return result;
  });
}

const isRefusal = (result: { __typename: string }): result is Refusal => result.__typename === 'Refusal';

/** In the first seconds of a system, its services may not have heard of each other's events yet. */
const passing = ['NOT_READY_YET', 'SERVICE_UNAVAILABLE', 'RATE_LIMITED'];

async function insist<Result>(attempt: () => Promise<Result>): Promise<Result> {
  const giveUpAt = Date.now() + 15_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const codes = error instanceof Refused ? [error.code] : error instanceof Faulted ? error.codes : [];
      if (!codes.some((code) => passing.includes(code)) || Date.now() > giveUpAt) throw error;
      await sleep(200);
    }
  }
}
