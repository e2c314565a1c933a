import { loseCommit } from '@frontrow/events/testing/transactions';
import { hashOf, newRefreshToken, successorOf } from '../credentials/refresh-token.ts';
import { repeatMs, sessionMs } from '../domain/session.ts';
import { deleteOld } from '@frontrow/kit/retention';
import { retention } from '../storage/retention.ts';
import { logIn, logOut, refresh, register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';

let users: UsersUnderTest;
let start: Date;
beforeAll(async () => {
  users = await usersUnderTest();
  start = users.clock.now;
});
afterEach(() => {
  users.clock.now = start;
});
afterAll(() => users.close());

// A session as the tests need it: `data.register`, `data.logIn` and `data.refreshSession` are alike.
interface Shown {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: { readonly id: string };
}
const open = async (): Promise<Shown> =>
  (await register(users.replicas[0], someone())).data.register as Shown;
const refreshed = async (token: string): Promise<Shown> =>
  (await refresh(users.replicas[1], token)).data.refreshSession as Shown;
const outcome = async (token: string, replica: 0 | 1 = 0): Promise<string> => {
  const { data } = await refresh(users.replicas[replica], token);
  return data.refreshSession.code ?? data.refreshSession.__typename;
};

/** Advances the clock until the answer to an earlier refresh cannot still be on its way. */
const wait = (ms = repeatMs + 1) => {
  users.clock.now = new Date(users.clock.now.getTime() + ms);
};

describe('refreshing a session', () => {
  it('gives out new tokens of the same session', async () => {
    const first = await open();
    const second = await refreshed(first.refreshToken);
    expect(second.user).toEqual(first.user);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    const [before, after] = await Promise.all(
      [first, second].map(({ accessToken }) => users.viewerOf(accessToken)),
    );
    expect(after?.sessionId).toBe(before?.sessionId);
    expect(await outcome(second.refreshToken)).toBe('Session');
  });

  it('gives the same successor for 30 s to a client that did not receive it, and the session goes on', async () => {
    const { refreshToken } = await open();
    const successor = await refreshed(refreshToken);
    wait(repeatMs);
    const again = await refreshed(refreshToken);
    expect(again.refreshToken).toBe(successor.refreshToken);
    expect((await users.viewerOf(again.accessToken))?.id).toBe(successor.user.id);
    expect(await outcome(successor.refreshToken)).toBe('Session');
  });

  it('gives two tabs that refresh at once, on two replicas, tokens of one session that both can use', async () => {
    const { refreshToken } = await open();
    const [one, other] = await Promise.all([
      refresh(users.replicas[0], refreshToken),
      refresh(users.replicas[1], refreshToken),
    ]);
    const next = one.data.refreshSession.refreshToken as string;
    expect(other.data.refreshSession.refreshToken).toBe(next);
    expect([await outcome(next, 0), await outcome(next, 1)]).toEqual(['Session', 'Session']);
  });

  it('stores nothing from which the successor could be made without the old token', async () => {
    const { refreshToken } = await open();
    const successor = await refreshed(refreshToken);
    const [row] = await users.outbox.database.query<{ successor_salt: string }[]>(
      'SELECT successor_salt FROM refresh_tokens WHERE token_hash = ?',
      [hashOf(refreshToken)],
    );
    expect(successorOf(refreshToken, row?.successor_salt ?? '').token).toBe(successor.refreshToken);
    const rows = await users.outbox.database.query('SELECT * FROM refresh_tokens');
    expect(JSON.stringify(rows)).not.toContain(successor.refreshToken);
  });

  it('ends the session when a token is used again later', async () => {
    const { refreshToken } = await open();
    const successor = await refreshed(refreshToken);
    wait();
    const { data } = await refresh(users.replicas[0], refreshToken);
    expect(data.refreshSession).toMatchObject({ code: 'SESSION_EXPIRED', retryable: false });
    expect(await outcome(successor.refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('ends it also when the token is older than that, because any used token does', async () => {
    const first = await open();
    const second = await refreshed(first.refreshToken);
    const third = await refreshed(second.refreshToken);
    wait();
    expect(await outcome(first.refreshToken)).toBe('SESSION_EXPIRED');
    expect(await outcome(third.refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('leaves other sessions of the same fan alone', async () => {
    const typed = someone();
    const stolen = (await register(users.replicas[0], typed)).data.register as Shown;
    const other = (await logIn(users.replicas[0], typed)).data.logIn as Shown;
    await refreshed(stolen.refreshToken);
    wait();
    expect(await outcome(stolen.refreshToken)).toBe('SESSION_EXPIRED');
    expect(await outcome(other.refreshToken)).toBe('Session');
  });

  it('with one token eight times at once on two replicas rotates once', async () => {
    const tokens = await users.count('refresh_tokens');
    const { refreshToken } = await open();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => refresh(users.replicas[i % 2 === 0 ? 0 : 1], refreshToken)),
    );
    const successors = new Set(answers.map(({ data }) => data.refreshSession.refreshToken as string));
    expect(successors.size).toBe(1);
    // The token from registering, and its successor.
    expect(await users.count('refresh_tokens')).toBe(tokens + 2);
  });

  it('does not count as a second use when the connection breaks as it commits', async () => {
    const { refreshToken } = await open();
    loseCommit(users.outbox);
    const { data } = await refresh(users.replicas[0], refreshToken);
    expect(data.refreshSession.__typename).toBe('Session');
    expect(await outcome(data.refreshSession.refreshToken, 1)).toBe('Session');
  });

  it('is possible until 30 days after the last refresh', async () => {
    const first = await open();
    users.clock.now = new Date(start.getTime() + sessionMs - 1);
    const second = await refreshed(first.refreshToken);
    users.clock.now = new Date(start.getTime() + 2 * sessionMs - 2);
    const third = await refreshed(second.refreshToken);
    users.clock.now = new Date(start.getTime() + 3 * sessionMs - 2);
    expect(await outcome(third.refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('takes the role from the account', async () => {
    const { refreshToken, user } = await open();
    await users.outbox.database.query(`UPDATE users SET role = 'OPERATOR' WHERE id = ?`, [user.id]);
    const { accessToken } = await refreshed(refreshToken);
    expect((await users.viewerOf(accessToken))?.role).toBe('OPERATOR');
  });

  it('is refused once the account is deleted', async () => {
    const { refreshToken, user } = await open();
    await users.outbox.database.query('DELETE FROM users WHERE id = ?', [user.id]);
    expect(await outcome(refreshToken)).toBe('SESSION_EXPIRED');
  });

  it.each(['', 'made up', newRefreshToken().token, 'x'.repeat(1_000_000)])(
    'is refused for a token that nobody gave out',
    async (token) => {
      const tokens = await users.count('refresh_tokens');
      expect(await outcome(token)).toBe('SESSION_EXPIRED');
      expect(await users.count('refresh_tokens')).toBe(tokens);
    },
  );
});

describe('deleting what has expired', () => {
  it('keeps every session that can be refreshed, and its used tokens for as long as they reveal a theft', async () => {
    const { refreshToken } = await open();
    users.clock.now = new Date(start.getTime() + sessionMs - 1);
    const living = await refreshed(refreshToken);
    wait(repeatMs);
    expect(await deleteOld(users.outbox.database.manager, retention, users.clock.now)).toBe('done');
    wait(1);
    expect(await outcome(refreshToken)).toBe('SESSION_EXPIRED');
    expect(await outcome(living.refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('deletes sessions at their end, with their tokens', async () => {
    users.clock.now = new Date(start.getTime() + 4 * sessionMs);
    const { refreshToken } = await open();
    await deleteOld(users.outbox.database.manager, retention, users.clock.now);
    expect(await users.count('sessions')).toBe(1);
    expect(await users.count('refresh_tokens')).toBe(1);
    expect(await outcome(refreshToken)).toBe('Session');
  });
});

describe('logging out', () => {
  it('ends the session, and answers true each time', async () => {
    const { refreshToken } = await open();
    expect((await logOut(users.replicas[0], refreshToken)).data.logOut).toBe(true);
    expect((await logOut(users.replicas[1], refreshToken)).data.logOut).toBe(true);
    expect(await outcome(refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('ends the session of a token that was used already', async () => {
    const first = await open();
    const second = await refreshed(first.refreshToken);
    expect((await logOut(users.replicas[0], first.refreshToken)).data.logOut).toBe(true);
    expect(await outcome(second.refreshToken)).toBe('SESSION_EXPIRED');
  });

  it('leaves other sessions alone', async () => {
    const [one, other] = [await open(), await open()];
    await logOut(users.replicas[0], one.refreshToken);
    expect(await outcome(other.refreshToken)).toBe('Session');
  });

  it.each(['', 'made up', 'x'.repeat(1_000_000)])(
    'says true for a token that nobody gave out',
    async (token) => {
      expect((await logOut(users.replicas[0], token)).data.logOut).toBe(true);
    },
  );

  it('at the moment of a refresh leaves no way to go on, whichever comes first', async () => {
    const hasRefreshed = new Set<boolean>();
    for (let round = 0; round < 10 || (round < 100 && hasRefreshed.size < 2); round++) {
      const { refreshToken } = await open();
      const end = () => logOut(users.replicas[1], refreshToken);
      // Which one begins changes from round to round.
      const ending = round % 2 === 0 ? end() : undefined;
      const [{ data }] = await Promise.all([refresh(users.replicas[0], refreshToken), ending ?? end()]);
      const { code, refreshToken: next } = data.refreshSession;
      hasRefreshed.add(next !== undefined);
      expect(next === undefined ? code : await outcome(next)).toBe('SESSION_EXPIRED');
    }
    expect(hasRefreshed).toEqual(new Set([true, false]));
  });
});
