import type { Api } from '@frontrow/stack/api';
import type { Fan } from '@frontrow/stack/fan';
import { subgraphs } from '@frontrow/stack/layout';
import { readSecrets } from '@frontrow/stack/secrets';
import { getNamedType, isObjectType } from 'graphql';
import type { GraphQLObjectType } from 'graphql';
import { askSubgraph, firstOf, operationOf } from './access/ask.ts';
import { aftermath, attempts, belongings, questions } from './access/calls.ts';
import type { Belongings } from './access/calls.ts';
import { entitiesOf, keysOf } from './access/entities.ts';
import { selectionOf, Sights } from './access/sight.ts';
import type { Sight } from './access/sight.ts';
import {
  fieldRow,
  objectTypes,
  roots,
  rootType,
  rowsOf,
  typeRow,
  unknownRows,
  verdict,
  viewers,
} from './access/table.ts';
import type { Root, Row, Viewer } from './access/table.ts';
import { makeWorld } from './access/world.ts';
import type { World } from './access/world.ts';
import { sharedSystem } from './testing/system.ts';
import type { System } from './testing/system.ts';

// Compares the access table of docs/security.md with the contract and with the running system. Every cell is tried: through the
// gateway in each way that leads to a type, and at the subgraphs with _entities.

it.each(roots)('has a row for each field of %s', (root) => {
  expect([...rowsOf(root).keys()].toSorted()).toEqual(Object.keys(rootType(root).getFields()).toSorted());
});

it('has a row for each type, and no row for anything else', () => {
  expect(objectTypes.filter(({ name }) => typeRow(name) === undefined).map(({ name }) => name)).toEqual([]);
  expect(unknownRows()).toEqual([]);
});

const fieldsOf = (root: Root) =>
  Object.values(rootType(root).getFields()).map((field) => [field.name, field] as const);
const rowOf = (root: Root, field: string) => rowsOf(root).get(field) as Row;
type Shown = Record<string, unknown>;
const refusals = ['UNAUTHENTICATED', 'FORBIDDEN'];

describe('the running system', () => {
  let system: System;
  let world: World;
  let sights: Sights;
  beforeAll(async () => {
    system = await sharedSystem();
    world = await makeWorld(system);
    sights = new Sights(world.idOf);
  }, 180_000);

  /** Returns what those viewers see of a field who get an answer. What the others get must be what the table says. */
  async function seen(root: 'Query' | 'Subscription', name: string, given: object): Promise<Sight[]> {
    const field = rootType(root).getFields()[name];
    if (field === undefined) throw new Error(`the contract has no ${name}`);
    const variables = { ...given };
    const operation = operationOf(root, field, variables);
    const ask =
      root === 'Query'
        ? (api: Api) => api.send<Shown>(operation, variables)
        : (api: Api) => firstOf(api, operation, variables);
    const answers = await Promise.all(
      viewers.map(async (viewer) => ({ viewer, ...(await ask(world.viewers[viewer])) })),
    );
    const found: Sight[] = [];
    for (const { viewer, data, errors } of answers) {
      const value = data?.[name] as Sight['value'];
      const expected = verdict(rowOf(root, name)[viewer]);
      const codes = errors?.map(({ extensions }) => extensions.code) ?? [];
      expect({ viewer, codes }).toEqual({ viewer, codes: refusals.includes(expected) ? [expected] : [] });
      if (expected === 'answer') found.push({ viewer, value });
      else if (expected === 'own') expectOwn(viewer, value);
      else expect({ viewer, value: value ?? null }).toEqual({ viewer, value: null });
    }
    expect(found.every(({ value }) => value != null)).toBe(true);
    return found;
  }

  function expectOwn(viewer: Viewer, value: Sight['value']): void {
    const whose = value?.['id'] ?? value?.['userId'];
    expect(value).toBeTruthy();
    if (whose !== undefined) expect(whose).toBe(world.idOf(viewer));
  }

  const asked = [
    ...fieldsOf('Query').map(([name]) => ['Query', name] as const),
    ...fieldsOf('Subscription').map(([name]) => ['Subscription', name] as const),
  ];
  it.each(asked)('%s.%s shows each viewer what the table says, and no more', async (root, name) => {
    const to = getNamedType(rootType(root).getFields()[name]?.type) as GraphQLObjectType;
    for (const given of questions(world)[name] ?? [{}]) {
      const found = await seen(root, name, given);
      const lists = found.map(({ viewer, value }) => ({
        viewer,
        values: (Array.isArray(value) ? value : [value]) as Sight['value'][],
      }));
      for (let i = 0; i < Math.max(...lists.map(({ values }) => values.length)); i++) {
        sights.compare(
          to,
          lists.map(({ viewer, values }) => ({ viewer, value: values[i] })),
          name,
        );
      }
    }
    expect(sights.problems.splice(0)).toEqual([]);
  });

  it.each(subgraphs)(
    '%s shows each viewer what the table says by _entities, and nothing to unsigned requests',
    async (name) => {
      const subgraph = [
        name,
        system.stack.subgraphUrl(name),
        readSecrets(system.stack.home).gateway,
      ] as const;
      const unsigned = await fetch(subgraph[1], { method: 'POST', body: '{"query":"{ _service { sdl } }"}' });
      expect(unsigned.status).toBe(401);

      for (const to of entitiesOf(name)) {
        const type = to.name;
        const keys = keysOf(world, type);
        const representations = keys.map((key) => ({ __typename: type, ...key }));
        const query = `query ($keys: [_Any!]!) { _entities(representations: $keys) { ... on ${type} { ${selectionOf(to)} } } }`;
        const found = await Promise.all(
          viewers.map(async (viewer) => {
            const api = world.viewers[viewer];
            const { data, errors } = await askSubgraph(subgraph, api, query, { keys: representations });
            expect({ viewer, type, errors }).toEqual({ viewer, type, errors: undefined });
            return { viewer, values: data?._entities ?? [] };
          }),
        );
        for (const [i, key] of keys.entries()) {
          const sight = found.map(({ viewer, values }) => ({ viewer, value: values[i] }));
          sights.compare(to, sight, `${type} by _entities`, Object.keys(key));
        }
      }
      expect(sights.problems.splice(0)).toEqual([]);
    },
  );

  it('had a value for each field that is refused to somebody', () => {
    const refused = objectTypes.flatMap((type) =>
      Object.values(type.getFields()).flatMap(({ name, type: of }) => {
        const to = getNamedType(of);
        const row = fieldRow(type.name, name, isObjectType(to) ? to.name : undefined);
        const isForSome = viewers.some((viewer) => verdict(row[viewer]) === 'null');
        return isForSome ? [`${type.name}.${name}`] : [];
      }),
    );
    // A healthy system has no value for these.
    const unhealthy = ['Delivery.lastError', 'Delivery.nextAttemptAt', 'Circuit.reopensAt'];
    expect(refused.filter((field) => !sights.shown.has(field))).toEqual(unhealthy);
  });

  it.each(['{ _service { sdl } }', '{ _entities(representations: []) { __typename } }'])(
    'answers %s to nobody',
    async (query) => {
      for (const viewer of viewers) {
        const { data, errors } = await world.viewers[viewer].send(query);
        expect([data ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'BAD_USER_INPUT']);
      }
    },
  );

  it('shows a new session its own user, and nothing of other domains yet', async () => {
    const { logIn } = await world.viewers.nobody.ask<{ logIn: object }>(
      `mutation ($input: LogInInput!) { logIn(input: $input) { ... on Session {
        user { email sessions { id } wallet { balance } reservations { edges { cursor } } queueTickets { id } } } } }`,
      attempts(world)['logIn']!('nobody') as Record<string, unknown>,
    );
    const nothing = { wallet: null, reservations: null, queueTickets: null };
    expect(logIn).toEqual({ user: { email: world.emailOfSpare, sessions: expect.any(Array), ...nothing } });
  });

  it.each(fieldsOf('Mutation'))('%s does for each viewer what the table says', async (name, field) => {
    const attempt = attempts(world)[name];
    if (attempt === undefined) throw new Error(`say in calls.ts how ${name} is tried`);
    // The owner is the last, because afterwards there may be nothing left to try the mutation on.
    for (const viewer of ['nobody', 'anotherFan', 'staff', 'operator', 'owner'] as const) {
      const given = await attempt(viewer);
      const before = viewer === 'owner' ? undefined : await world.viewers.owner.ask(belongings);
      const { data, errors } = await world.viewers[viewer].send<Record<string, unknown>>(
        operationOf('Mutation', field, given),
        given,
      );
      const result = data?.[name] as { __typename?: string; code?: string } | boolean | number | undefined;
      const got =
        errors?.[0]?.extensions.code ?? (typeof result === 'object' ? (result.code ?? 'answer') : result);
      const expected = verdict(rowOf('Mutation', name)[viewer]);
      expect([viewer, outcomeOf(got)]).toEqual([viewer, expected === 'own' ? 'answer' : expected]);
      if (before !== undefined) expect(await world.viewers.owner.ask(belongings)).toEqual(before);
    }
    const isOver = aftermath(world)[name];
    if (isOver !== undefined) await (world.viewers.owner as Fan).until<Belongings>(belongings, {}, isOver);
  });

  // That the call was made already reveals as much about what exists as making it.
  const outcomeOf = (got: unknown) =>
    got === true || typeof got === 'number' || got === 'ALREADY_SETTLED' ? 'answer' : String(got);
});
