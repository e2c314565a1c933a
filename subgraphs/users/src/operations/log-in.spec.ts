import { beforeTransaction, loseCommit } from '@frontrow/events/testing/transactions';
import { logIn, logOut, passwords, register, someone, usersUnderTest } from '../testing.ts';
import { ensureOperator } from './ensure-operator.ts';
import type { Typed, UsersUnderTest } from '../testing.ts';
import { jest } from '@jest/globals';
import { deleteOld } from '@frontrow/kit/retention';
import { createHash } from 'node:crypto';
import { retention } from '../storage/retention.ts';

let users: UsersUnderTest;
beforeAll(async () => {
  users = await usersUnderTest();
});
const home = { client: { address: '192.0.2.1' } };
beforeEach(() => {
  Object.assign(users.place, home);
  Object.assign(users.addresses, { registrations: 0, failedLogIns: 0 });
});
afterAll(() => users.close());

/** Lets the following requests come from this address. */
const moveTo = (address: string) => Object.assign(users.place, { client: { address } });
const minutes = (count: number) => count * 60_000;
async function after(ms: number, then: () => Promise<void>): Promise<void> {
  const { now } = users.clock;
  users.clock.now = new Date(now.getTime() + ms);
  await then().finally(() => (users.clock.now = now));
}

const codeOf = async (answer: ReturnType<typeof logIn>): Promise<string> => {
  const { data } = await answer;
  return data.logIn.code ?? data.logIn.__typename;
};
const registered = async (): Promise<Typed> => {
  const typed = someone();
  await register(users.replicas[0], typed);
  return typed;
};
const failing = (typed: Pick<Typed, 'email'>, times: number) =>
  Promise.all(
    Array.from({ length: times }, (_, i) =>
      codeOf(logIn(users.replicas[i % 2 === 0 ? 0 : 1], { ...typed, password: 'a guess' })),
    ),
  );
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value);

describe('logging in', () => {
  it('opens a session of its own, whatever the case of the e-mail address', async () => {
    const typed = await registered();
    const first = await logIn(users.replicas[0], typed);
    const second = await logIn(users.replicas[1], { ...typed, email: ` ${typed.email.toUpperCase()} ` });
    expect(second.data.logIn.user).toEqual(first.data.logIn.user);
    expect(second.data.logIn.user).toMatchObject({ email: typed.email, role: 'FAN' });
    expect(second.data.logIn.refreshToken).not.toBe(first.data.logIn.refreshToken);
    const viewers = await Promise.all(
      [first, second].map(({ data }) => users.viewerOf(data.logIn.accessToken)),
    );
    expect(viewers[0]?.id).toBe(viewers[1]?.id);
    expect(viewers[0]?.sessionId).not.toBe(viewers[1]?.sessionId);
  });

  it('takes a password for the same however the keyboard composed its characters', async () => {
    const typed = someone({ password: '안녕하세요 세계'.normalize('NFC') });
    await register(users.replicas[0], typed);
    const decomposed = { ...typed, password: typed.password.normalize('NFD') };
    expect(await codeOf(logIn(users.replicas[0], decomposed))).toBe('Session');
  });

  it.each(['', 'a wrong password', 'x'.repeat(1_000_000)])(
    'is refused with a wrong password',
    async (password) => {
      const typed = await registered();
      const sessions = await users.count('sessions');
      const { data } = await logIn(users.replicas[0], { ...typed, password });
      expect(data.logIn).toMatchObject({ code: 'INVALID_CREDENTIALS', retryable: false });
      expect(await users.count('sessions')).toBe(sessions);
    },
  );

  it.each(['nobody@example.com', 'not an address', '', 'x'.repeat(1_000_000)])(
    'is refused alike for an e-mail address without an account',
    async (email) => {
      const known = await registered();
      const wrong = await logIn(users.replicas[0], { ...known, password: 'a guess' });
      const unknown = await logIn(users.replicas[0], { email, password: 'a guess' });
      expect(unknown.data.logIn).toEqual(wrong.data.logIn);
    },
  );

  it.each([1, 2])('succeeds when the connection breaks as its transaction %i commits', async (nth) => {
    const typed = await registered();
    const sessions = await users.count('sessions');
    loseCommit(users.outbox, nth);
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
    expect(await users.count('sessions')).toBe(sessions + 1);
  });

  it('opens no session by a password that was changed while it was being verified', async () => {
    const operator = someone();
    await ensureOperator(users.outbox, operator, users.clock.now);
    const sessions = await users.count('sessions');
    beforeTransaction(users.outbox, 2, () =>
      ensureOperator(users.outbox, { ...operator, password: 'changed meanwhile' }, users.clock.now),
    );
    expect(await codeOf(logIn(users.replicas[0], operator))).toBe('INVALID_CREDENTIALS');
    expect(await users.count('sessions')).toBe(sessions);
  });

  it('opens no session for an account that was deleted while its password was being verified', async () => {
    const typed = await registered();
    beforeTransaction(users.outbox, 2, () =>
      users.outbox.database.query('DELETE FROM users WHERE email = ?', [typed.email]),
    );
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('INVALID_CREDENTIALS');
  });

  it('takes about as long without an account as with a wrong password', async () => {
    const known = await registered();
    const [wrong, unknown]: [number[], number[]] = [[], []];
    for (let round = 0; round < 7; round++) {
      for (const [typed, times] of [
        [known, wrong],
        [someone(), unknown],
      ] as const) {
        const began = performance.now();
        await logIn(users.replicas[0], { ...typed, password: 'a guess' });
        times.push(performance.now() - began);
      }
    }
    // Hashing takes most of the time. An answer without it would take less than a fifth.
    expect(median(unknown)).toBeGreaterThan(median(wrong) / 2);
  });

  it('asks the database as often without an account as for a stranger to one', async () => {
    const known = await registered();
    moveTo('198.51.100.44');
    const uses = jest.spyOn(users.outbox.database, 'createQueryRunner');
    const counts: number[] = [];
    for (const { email } of [known, someone()]) {
      uses.mockClear();
      await logIn(users.replicas[0], { email, password: 'a guess' });
      counts.push(uses.mock.calls.length);
    }
    uses.mockRestore();
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeGreaterThan(1);
  });
});

describe('the address of somebody who logs in', () => {
  it('cannot be found in the database by trying them all', async () => {
    moveTo('203.0.113.77');
    Object.assign(users.addresses, { registrations: 10, failedLogIns: 10 });
    const typed = await registered();
    await failing(typed, 1);
    await failing(someone(), 1);
    const { database } = users.outbox;
    const [{ id }] = await database.query('SELECT id FROM users WHERE email = ?', [typed.email]);
    const [{ opened_from: place }] = await database.query(
      'SELECT opened_from FROM sessions WHERE user_id = ?',
      [id],
    );
    const counted: { scope: string; holder: string }[] = await database.query(
      'SELECT scope, holder FROM throttles',
    );
    expect(counted.map(({ scope }) => scope)).toEqual(expect.arrayContaining(['ADDRESS', 'REGISTRATIONS']));
    const stored = [place, ...counted.map(({ holder }) => holder)];
    const tried = ['', `${id} `, `${typed.email} `].map((before) =>
      createHash('sha256').update(`${before}203.0.113.77`).digest('hex'),
    );
    expect(tried.filter((hash) => stored.includes(hash))).toEqual([]);
  });
});

describe('guessing a password', () => {
  it('stops after ten failures, for the right password too', async () => {
    const typed = await registered();
    expect(await failing(typed, 10)).toEqual(times(10, 'INVALID_CREDENTIALS'));
    const { data } = await logIn(users.replicas[1], typed);
    expect(data.logIn).toMatchObject({ code: 'TOO_MANY_ATTEMPTS', retryable: true });
  });

  it('gets ten guesses when forty are made at once on two replicas', async () => {
    const codes = (await failing(await registered(), 40)).sort();
    expect(codes).toEqual([...times(10, 'INVALID_CREDENTIALS'), ...times(30, 'TOO_MANY_ATTEMPTS')]);
  });

  it('is counted for an e-mail address without an account as well', async () => {
    const codes = (await failing(someone(), 12)).sort();
    expect(codes).toEqual([...times(10, 'INVALID_CREDENTIALS'), ...times(2, 'TOO_MANY_ATTEMPTS')]);
  });

  it('of one account does not keep the fan of another one out', async () => {
    const other = await registered();
    await failing(await registered(), 11);
    expect(await codeOf(logIn(users.replicas[0], other))).toBe('Session');
  });

  it('is forgotten once the fan logs in', async () => {
    const typed = await registered();
    await failing(typed, 9);
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
    expect(await failing(typed, 9)).toEqual(times(9, 'INVALID_CREDENTIALS'));
    expect(await codeOf(logIn(users.replicas[1], typed))).toBe('Session');
  });

  it('is allowed once more every one and a half minutes, and its rows are deleted in the end', async () => {
    const typed = await registered();
    await failing(typed, 11);
    await after(minutes(1.5) - 1, async () => {
      expect(await codeOf(logIn(users.replicas[0], typed))).toBe('TOO_MANY_ATTEMPTS');
    });
    await after(minutes(1.5), async () => {
      expect((await failing(typed, 2)).sort()).toEqual(['INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS']);
    });
    await after(minutes(60), async () => {
      await deleteOld(users.outbox.database.manager, retention, users.clock.now);
      expect(await users.count('throttles')).toBe(0);
      expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
    });
  });
});

describe('a stranger who guesses passwords', () => {
  it('does not keep the owner out, where the owner has logged in before', async () => {
    const typed = await registered();
    moveTo('198.51.100.7');
    expect(await failing(typed, 11)).toContain('TOO_MANY_ATTEMPTS');
    moveTo(home.client.address);
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
  });

  it('does not keep the owner out with fifty addresses either, nor with the guesses of all of them', async () => {
    const typed = await registered();
    const codes: string[] = [];
    for (let place = 0; place < 8; place++) {
      moveTo(`198.51.100.${String(place)}`);
      codes.push(...(await failing(typed, 10)));
    }
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(50);
    moveTo(home.client.address);
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
  });

  it('does not keep out a client with a session of the account, not even one at the same address', async () => {
    const typed = await registered();
    const { data } = await logIn(users.replicas[0], typed);
    const viewer = await users.viewerOf(data.logIn.accessToken);
    expect(await failing(typed, 11)).toContain('TOO_MANY_ATTEMPTS');
    expect(await codeOf(logIn(users.replicas[1], typed, viewer))).toBe('Session');
    await logOut(users.replicas[0], data.logIn.refreshToken);
    expect(await codeOf(logIn(users.replicas[1], typed, viewer))).toBe('TOO_MANY_ATTEMPTS');
  });

  it('has ten guesses with the session of an account, too', async () => {
    const typed = await registered();
    const { data } = await logIn(users.replicas[0], typed);
    const viewer = await users.viewerOf(data.logIn.accessToken);
    const guess = () => codeOf(logIn(users.replicas[0], { ...typed, password: 'a guess' }, viewer));
    for (let i = 0; i < 10; i++) expect(await guess()).toBe('INVALID_CREDENTIALS');
    expect(await guess()).toBe('TOO_MANY_ATTEMPTS');
  });

  it('is not known to an account by the session of another one', async () => {
    const typed = await registered();
    const other = await logIn(users.replicas[0], await registered());
    const viewer = await users.viewerOf(other.data.logIn.accessToken);
    await failing(typed, 10);
    expect(await codeOf(logIn(users.replicas[0], typed, viewer))).toBe('TOO_MANY_ATTEMPTS');
  });

  it('at forty accounts, one password each, is stopped by the limit of the address, on two replicas', async () => {
    const victims = Array.from({ length: 40 }, () => someone());
    users.addresses.failedLogIns = 25;
    moveTo('198.51.100.200');
    const codes = await Promise.all(
      victims.map((typed, i) => codeOf(logIn(users.replicas[i % 2 === 0 ? 0 : 1], typed))),
    );
    expect(codes.sort()).toEqual([...times(25, 'INVALID_CREDENTIALS'), ...times(15, 'TOO_MANY_ATTEMPTS')]);
    moveTo('198.51.100.201');
    expect(await codeOf(logIn(users.replicas[0], victims[39]!))).toBe('INVALID_CREDENTIALS');
  });
});

describe('the limit of an address', () => {
  it('does not count those who know their passwords, however many share it', async () => {
    const fans = await Promise.all([registered(), registered(), registered()]);
    users.addresses.failedLogIns = 2;
    moveTo('198.51.100.210');
    for (const fan of [...fans, ...fans]) {
      expect(await codeOf(logIn(users.replicas[0], fan))).toBe('Session');
    }
  });

  it('does not keep those out who have logged in from there before', async () => {
    const typed = await registered();
    users.addresses.failedLogIns = 2;
    for (const stranger of [someone(), someone(), someone()]) await failing(stranger, 1);
    expect((await failing(someone(), 1))[0]).toBe('TOO_MANY_ATTEMPTS');
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
  });
});

describe('a flood of passwords', () => {
  it('from one address is refused, and delays a request from another address by one turn only', async () => {
    const typed = await registered();
    moveTo('198.51.100.220');
    const flooding = Array.from({ length: passwords.places * 2 }, () =>
      logIn(users.replicas[0], { ...someone(), password: 'a guess' }),
    );
    let looked = 0;
    for (const each of flooding) void each.then(({ errors }) => (looked += errors === undefined ? 1 : 0));
    moveTo(home.client.address);
    expect(await codeOf(logIn(users.replicas[0], typed))).toBe('Session');
    // The requests that were in progress already, and those that began before the honest one was done.
    expect(looked).toBeLessThan(passwords.atATime * 3);
    const answers = await Promise.all(flooding);
    const limited = answers.flatMap(({ errors = [] }) => errors).map(({ extensions }) => extensions);
    // One more, because the honest request found the queue full.
    expect(limited).toHaveLength(passwords.places - passwords.atATime + 1);
    expect(limited[0]).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
  });
});
