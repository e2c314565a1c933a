import { Outbox } from '@frontrow/events/outbox';
import type { Client } from '@frontrow/kit/client';
import { openDatabase } from '@frontrow/kit/database';
import { createLogger } from '@frontrow/kit/log';
import { nothingRevoked } from '@frontrow/kit/revocations';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { freshDatabase } from '@frontrow/kit/testing/database';
import { subgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import type { Answer, SubgraphUnderTest } from '@frontrow/kit/testing/subgraph';
import { viewerFrom } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import { createContext } from './context.ts';
import { accessTokenKeys } from './credentials/access-token.ts';
import { addressKeyFrom } from './credentials/hidden-address.ts';
import { PasswordQueue } from './credentials/password-queue.ts';
import { resolvers, typeDefs } from './schema.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';

/** The secret from which links are made in tests. */
export const linkSecret = 'a secret of tests, which deliveries would have, too';

/** Fewer requests may wait than in the service, and longer, because test machines are slow. */
export const passwords = { atATime: 6, places: 60, patienceMs: 60_000 };

/** The subgraph on a database of its own, as two replicas with a connection pool each and one clock that tests set. */
export interface UsersUnderTest {
  readonly outbox: Outbox;
  readonly replicas: readonly [SubgraphUnderTest, SubgraphUnderTest];
  /** The time for both replicas; it stands still. */
  readonly clock: { now: Date };
  /** Where requests to both replicas come from. */
  readonly place: { client: Client | null };
  /** What one address may do. There is no limit unless a test is about one. */
  readonly addresses: { registrations: number; failedLogIns: number };
  /** How many rows a table has. A call that changes nothing leaves the number as it was. */
  count(table: string): Promise<number>;
  /** The viewer that the gateway would see in an access token. */
  viewerOf(accessToken: string): Promise<Viewer | null>;
  close(): Promise<void>;
}

export async function usersUnderTest(): Promise<UsersUnderTest> {
  const first = await freshDatabase({ entities, migrations });
  const { database, url } = first;
  const second = await openDatabase({
    url,
    connections: 20,
    entities,
    migrations,
    log: createLogger('test', 'silent'),
  });
  const outbox = new Outbox(database, 'users');
  const clock = { now: new Date() };
  const place: UsersUnderTest['place'] = { client: { address: '192.0.2.1' } };
  const addresses = { registrations: 0, failedLogIns: 0 };
  const replica = async (own: Outbox) => {
    const keys = await openSigningKeys(own.database, accessTokenKeys);
    const limits = { addresses, passwords: new PasswordQueue(passwords) };
    const service = { outbox: own, keys, limits, linkSecret, addressKey: addressKeyFrom(linkSecret) };
    return subgraphUnderTest(typeDefs, resolvers, (viewer) =>
      createContext(service, { viewer, client: place.client }, clock.now),
    );
  };
  const { verifying } = await openSigningKeys(database, accessTokenKeys);
  return {
    outbox,
    clock,
    place,
    addresses,
    replicas: [await replica(outbox), await replica(new Outbox(second, 'users'))],
    count: async (table) => {
      const [row] = await database.query<{ rows: string | number }[]>(
        `SELECT COUNT(*) AS \`rows\` FROM ${table}`,
      );
      return Number(row?.rows);
    },
    viewerOf: (accessToken) => viewerFrom(`Bearer ${accessToken}`, verifying, nothingRevoked),
    close: async () => {
      await second.destroy();
      await first.drop();
    },
  };
}

const session = `
  __typename
  ... on Session { accessToken accessTokenExpiresAt refreshToken user { id email name role createdAt } }
  ... on Refusal { code message retryable }`;

export interface Typed {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

/** A fan, as they might fill in the form. Each has another e-mail address. */
export const someone = (typed: Partial<Typed> = {}): Typed => ({
  email: `fan-${String(++made)}@example.com`,
  password: 'correct horse battery staple',
  name: '김민지',
  ...typed,
});
let made = 0;

export const register = (replica: SubgraphUnderTest, input: Typed): Promise<Answer> =>
  replica.execute(null, `mutation ($input: RegisterInput!) { register(input: $input) { ${session} } }`, {
    input,
  });

export const logIn = (
  replica: SubgraphUnderTest,
  { email, password }: Pick<Typed, 'email' | 'password'>,
  viewer: Viewer | null = null,
): Promise<Answer> =>
  replica.execute(viewer, `mutation ($input: LogInInput!) { logIn(input: $input) { ${session} } }`, {
    input: { email, password },
  });

export const refresh = (replica: SubgraphUnderTest, token: string): Promise<Answer> =>
  replica.execute(
    null,
    `mutation ($token: String!) { refreshSession(refreshToken: $token) { ${session} } }`,
    { token },
  );

export const logOut = (replica: SubgraphUnderTest, token: string): Promise<Answer> =>
  replica.execute(null, 'mutation ($token: String!) { logOut(refreshToken: $token) }', { token });
