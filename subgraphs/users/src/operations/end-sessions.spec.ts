import { loseCommit } from '@frontrow/events/testing/transactions';
import { newId } from '@frontrow/kit/ids';
import { anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { findRevoked } from '../storage/revocations.ts';
import { logIn, logOut, refresh, register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';

let users: UsersUnderTest;
beforeAll(async () => {
  users = await usersUnderTest();
});
afterAll(() => users.close());

interface LoggedIn {
  readonly viewer: Viewer;
  readonly refreshToken: string;
}
const loggedIn = async ({ accessToken, refreshToken }: any): Promise<LoggedIn> => ({
  viewer: (await users.viewerOf(accessToken))!,
  refreshToken,
});

/** A user who is logged in `count` times; the first session is that of their registration. */
async function withSessions(count: number): Promise<LoggedIn[]> {
  const typed = someone();
  const sessions = [await loggedIn((await register(users.replicas[0], typed)).data.register)];
  while (sessions.length < count) {
    sessions.push(await loggedIn((await logIn(users.replicas[0], typed)).data.logIn));
  }
  return sessions;
}

const list = async (viewer: Viewer | null, ofUser = viewer?.id) => {
  const query = `query ($id: ID!) { user(id: $id) { sessions { id startedAt lastUsedAt client isCurrent } } }`;
  return (await users.replicas[0].execute(viewer, query, { id: ofUser })).data.user?.sessions;
};
const endSession = (viewer: Viewer | null, id: string) =>
  users.replicas[1].execute(viewer, 'mutation ($id: ID!) { endSession(id: $id) }', { id });
const endOtherSessions = (viewer: Viewer | null) =>
  users.replicas[1].execute(viewer, 'mutation { endOtherSessions }');
const isAlive = async ({ refreshToken }: LoggedIn) =>
  (await refresh(users.replicas[0], refreshToken)).data.refreshSession.__typename === 'Session';

describe('the sessions of a user', () => {
  it('are shown to the user: since when, how lately, from what, and which is the present one', async () => {
    const typed = someone();
    const start = users.clock.now;
    users.place.client = { address: '192.0.2.1', agent: 'Frontrow/1.2 (iPhone)' };
    const phone = await loggedIn((await register(users.replicas[0], typed)).data.register);
    users.clock.now = new Date(start.getTime() + 60_000);
    users.place.client = { address: '192.0.2.1' };
    const other = await loggedIn((await logIn(users.replicas[0], typed)).data.logIn);
    users.clock.now = new Date(start.getTime() + 120_000);
    await refresh(users.replicas[0], phone.refreshToken);
    const after = (ms: number) => new Date(start.getTime() + ms).toISOString();
    expect(await list(phone.viewer)).toEqual([
      {
        id: phone.viewer.sessionId,
        startedAt: after(0),
        lastUsedAt: after(120_000),
        client: 'Frontrow/1.2',
        isCurrent: true,
      },
      {
        id: other.viewer.sessionId,
        startedAt: after(60_000),
        lastUsedAt: after(60_000),
        client: null,
        isCurrent: false,
      },
    ]);
    users.clock.now = start;
  });

  it('are shown to nobody else, and only while they last', async () => {
    const [one, other] = (await withSessions(2)) as [LoggedIn, LoggedIn];
    expect(await list(anOperator(), one.viewer.id)).toBeNull();
    expect(await list((await withSessions(1))[0]!.viewer, one.viewer.id)).toBeUndefined();
    await logOut(users.replicas[0], other.refreshToken);
    expect((await list(one.viewer)).map(({ id }: { id: string }) => id)).toEqual([one.viewer.sessionId]);
  });

  it('are also in the answer to a log-in', async () => {
    const typed = someone();
    await register(users.replicas[0], typed);
    const query = `mutation ($input: LogInInput!) {
      logIn(input: $input) { ... on Session { user { sessions { isCurrent } } } } }`;
    const input = { email: typed.email, password: typed.password };
    const { data } = await users.replicas[0].execute(null, query, { input });
    const shown = data.logIn.user.sessions.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    expect(shown.sort()).toEqual([false, true]);
  });
});

describe('ending a session', () => {
  it('ends it: it cannot be refreshed, and the others go on', async () => {
    const [one, other] = (await withSessions(2)) as [LoggedIn, LoggedIn];
    loseCommit(users.outbox);
    expect((await endSession(one.viewer, other.viewer.sessionId)).data.endSession).toBe(true);
    expect((await endSession(one.viewer, other.viewer.sessionId)).data.endSession).toBe(true);
    expect([await isAlive(one), await isAlive(other)]).toEqual([true, false]);
  });

  it('makes its access tokens void, and no others', async () => {
    const [one, other, third] = (await withSessions(3)) as [LoggedIn, LoggedIn, LoggedIn];
    const revoked = async () => {
      const { sessions } = await findRevoked(users.outbox.database.manager, users.clock.now);
      return [one, other, third].map(({ viewer }) => sessions.includes(viewer.sessionId));
    };
    await endSession(one.viewer, other.viewer.sessionId);
    expect(await revoked()).toEqual([false, true, false]);
    await endOtherSessions(one.viewer);
    expect(await revoked()).toEqual([false, true, true]);
  });

  it('may end the session that the request comes from', async () => {
    const [one] = (await withSessions(1)) as [LoggedIn];
    expect((await endSession(one.viewer, one.viewer.sessionId)).data.endSession).toBe(true);
    expect((await endSession(one.viewer, one.viewer.sessionId)).data.endSession).toBe(true);
    expect(await isAlive(one)).toBe(false);
  });

  it.each([newId(), '', 'made up', '밤', 'x'.repeat(10_000)])('is false for an unknown one', async (id) => {
    const [one] = (await withSessions(1)) as [LoggedIn];
    expect((await endSession(one.viewer, id)).data.endSession).toBe(false);
  });

  it('of somebody else is false, and changes nothing', async () => {
    const [[one], [other]] = (await Promise.all([withSessions(1), withSessions(1)])) as [
      [LoggedIn],
      [LoggedIn],
    ];
    expect((await endSession(one.viewer, other.viewer.sessionId)).data.endSession).toBe(false);
    expect(await isAlive(other)).toBe(true);
  });

  it('is for those who are logged in, and whose session has not ended', async () => {
    const [one, other] = (await withSessions(2)) as [LoggedIn, LoggedIn];
    await logOut(users.replicas[0], one.refreshToken);
    const answers = [
      await endSession(one.viewer, other.viewer.sessionId),
      await endOtherSessions(one.viewer),
      await endSession(null, other.viewer.sessionId),
      await endOtherSessions(null),
    ];
    for (const { errors } of answers) expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
    expect(await isAlive(other)).toBe(true);
  });
});

describe('ending all other sessions', () => {
  it('leaves the one that asks, and those of other users', async () => {
    const sessions = await withSessions(4);
    const [stranger] = (await withSessions(1)) as [LoggedIn];
    expect((await endOtherSessions(sessions[1]!.viewer)).data.endOtherSessions).toBe(3);
    expect((await endOtherSessions(sessions[1]!.viewer)).data.endOtherSessions).toBe(0);
    const alive: boolean[] = [];
    for (const session of sessions) alive.push(await isAlive(session));
    expect(alive).toEqual([false, true, false, false]);
    expect(await isAlive(stranger)).toBe(true);
  });
});
