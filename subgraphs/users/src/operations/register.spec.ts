import { loseCommit } from '@frontrow/events/testing/transactions';
import { userRegistered } from '@frontrow/events/contracts/users';
import { emitted, emittedOf } from '@frontrow/events/testing';
import { logIn, register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';

let users: UsersUnderTest;
beforeAll(async () => {
  users = await usersUnderTest();
});
afterAll(() => users.close());

describe('registering', () => {
  it('makes a fan, tells the others, and opens a session', async () => {
    const typed = someone({ email: ' Minji@Example.com ', name: ' 김민지 ' });
    const { data } = await register(users.replicas[0], typed);
    const { user, accessToken, accessTokenExpiresAt, refreshToken } = data.register;
    expect(user).toEqual({
      id: expect.any(String),
      email: 'minji@example.com',
      name: '김민지',
      role: 'FAN',
      createdAt: users.clock.now.toISOString(),
    });
    expect(refreshToken).toMatch(/^[\w-]{43}$/);
    const viewer = await users.viewerOf(accessToken);
    expect(viewer).toMatchObject({ id: user.id, role: 'FAN', expiresAt: new Date(accessTokenExpiresAt) });
    const minutes = (Date.parse(accessTokenExpiresAt) - users.clock.now.getTime()) / 60_000;
    expect(Math.round(minutes)).toBe(15);
    expect(await emittedOf(users.outbox, userRegistered)).toEqual([
      { userId: user.id, name: '김민지', email: 'minji@example.com', locale: 'en' },
    ]);
    expect((await emitted(users.outbox))[0]?.subject).toBe(user.id);
  });

  it('stores neither the password nor the refresh token, but what verifies them', async () => {
    const { data } = await register(users.replicas[0], someone({ password: 'never to be seen' }));
    const tables = ['users', 'sessions', 'refresh_tokens', 'log_in_attempts', 'outbox'];
    const rows = await Promise.all(
      tables.map((table) => users.outbox.database.query(`SELECT * FROM ${table}`)),
    );
    const everything = JSON.stringify(rows);
    expect(everything).not.toContain('never to be seen');
    expect(everything).not.toContain(data.register.refreshToken);
    expect(everything).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('is refused when the e-mail address has an account, however it is written, and changes nothing', async () => {
    const typed = someone();
    await register(users.replicas[0], typed);
    const before = [await users.count('users'), await users.count('sessions'), await users.count('outbox')];
    const again = { ...typed, email: `  ${typed.email.toUpperCase()}`, password: 'another password' };
    const { data } = await register(users.replicas[1], again);
    expect(data.register).toMatchObject({ __typename: 'Refusal', code: 'EMAIL_TAKEN', retryable: false });
    expect([await users.count('users'), await users.count('sessions'), await users.count('outbox')]).toEqual(
      before,
    );
    expect((await logIn(users.replicas[0], again)).data.logIn.code).toBe('INVALID_CREDENTIALS');
  });

  it('of one e-mail address twelve times at once on two replicas makes one account', async () => {
    const tables = ['users', 'sessions', 'mailed_links', 'outbox'];
    const counts = () => Promise.all(tables.map((table) => users.count(table)));
    const before = await counts();
    const typed = someone();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => register(users.replicas[i % 2 === 0 ? 0 : 1], typed)),
    );
    const outcomes = answers.map(({ data }) => data.register.code ?? data.register.__typename).sort();
    expect(outcomes).toEqual([...Array.from({ length: 11 }, () => 'EMAIL_TAKEN'), 'Session']);
    const after = await counts();
    expect(after.map((rows, i) => rows - (before[i] ?? 0))).toEqual([1, 1, 1, 2]);
  });

  it('succeeds, once, when the connection breaks as it commits', async () => {
    const events = await users.count('outbox');
    loseCommit(users.outbox);
    const { data } = await register(users.replicas[0], someone());
    expect(data.register.__typename).toBe('Session');
    expect(await users.count('outbox')).toBe(events + 2);
  });

  it('is limited by address, also when it is refused, and one more is allowed as the hour goes by', async () => {
    users.addresses.registrations = 3;
    users.place.client = { address: '198.51.100.7' };
    const start = users.clock.now;
    const outcome = async (typed = someone()) => {
      const { data } = await register(users.replicas[0], typed);
      return data.register.code ?? data.register.__typename;
    };
    try {
      const taken = someone();
      expect([await outcome(taken), await outcome(taken), await outcome()]).toEqual([
        'Session',
        'EMAIL_TAKEN',
        'Session',
      ]);
      const accounts = await users.count('users');
      const { data } = await register(users.replicas[1], someone());
      expect(data.register).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryable: true });
      expect(await users.count('users')).toBe(accounts);
      users.clock.now = new Date(start.getTime() + 20 * 60_000);
      expect([await outcome(), await outcome()]).toEqual(['Session', 'TOO_MANY_ATTEMPTS']);
      users.place.client = { address: '198.51.100.8' };
      expect(await outcome()).toBe('Session');
    } finally {
      users.addresses.registrations = 0;
      users.clock.now = start;
    }
  });

  it.each([
    ['password', 'Password1'],
    ['password', 'iloveyou1'],
    ['email', 'not an address'],
    ['email', `${'x'.repeat(1_000_000)}@example.com`],
    ['password', 'short'],
    ['password', 'x'.repeat(10_000)],
    ['name', '  '],
    ['name', 'x'.repeat(201)],
  ])('with a bad %s is a mistake of the caller, and changes nothing', async (field, value) => {
    const before = await users.count('users');
    const { errors } = await register(users.replicas[0], someone({ [field]: value }));
    expect(errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: `input.${field}` });
    expect(await users.count('users')).toBe(before);
  });
});
