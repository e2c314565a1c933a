import { loseCommit } from '@frontrow/events/testing/transactions';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { userRegistered } from '@frontrow/events/contracts/users';
import { Outbox } from '@frontrow/events/outbox';
import { emittedOf } from '@frontrow/events/testing';
import { logIn, refresh, register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';
import { ensureOperator } from './ensure-operator.ts';

let users: UsersUnderTest;
beforeEach(async () => {
  users = await usersUnderTest();
});
afterEach(() => users.close());

const settings = { email: 'operator@frontrow.test', password: 'as the settings say' };
const ensure = (password = settings.password) =>
  ensureOperator(users.outbox, { ...settings, password }, users.clock.now);

describe("the operator's account", () => {
  it('is made at the first start, and an event tells the other services', async () => {
    await ensure();
    const { data } = await logIn(users.replicas[0], settings);
    expect(data.logIn.user.role).toBe('OPERATOR');
    expect((await users.viewerOf(data.logIn.accessToken))?.role).toBe('OPERATOR');
    expect(await emittedOf(users.outbox, userRegistered)).toEqual([
      { userId: data.logIn.user.id, name: 'Operator', email: data.logIn.user.email, locale: 'en' },
    ]);
  });

  it('is made once by replicas that start at the same moment', async () => {
    const replica = new Outbox(users.outbox.database, 'users');
    await Promise.all(
      [users.outbox, replica, users.outbox, replica].map((outbox) =>
        ensureOperator(outbox, settings, users.clock.now),
      ),
    );
    expect(await users.count('users')).toBe(1);
    expect(await emittedOf(users.outbox, userRegistered)).toHaveLength(1);
    expect(await emittedOf(users.outbox, operatorActed)).toHaveLength(1);
  });

  it('is made once when the connection breaks as it commits', async () => {
    loseCommit(users.outbox);
    await ensure();
    expect(await emittedOf(users.outbox, userRegistered)).toHaveLength(1);
    expect(await emittedOf(users.outbox, operatorActed)).toHaveLength(1);
    expect((await logIn(users.replicas[0], settings)).data.logIn.__typename).toBe('Session');
  });

  it('stays as it is at the next start, with its sessions', async () => {
    await ensure();
    const { data } = await logIn(users.replicas[0], settings);
    await ensure();
    expect(await emittedOf(users.outbox, userRegistered)).toHaveLength(1);
    expect(await emittedOf(users.outbox, operatorActed)).toHaveLength(1);
    const refreshed = await refresh(users.replicas[0], data.logIn.refreshToken);
    expect(refreshed.data.refreshSession.user).toEqual(data.logIn.user);
  });

  it('gets the new password when the setting changed, and its sessions end', async () => {
    await ensure();
    const { data } = await logIn(users.replicas[0], settings);
    await ensure('another one now');
    expect((await logIn(users.replicas[0], settings)).data.logIn.code).toBe('INVALID_CREDENTIALS');
    const again = await logIn(users.replicas[0], { ...settings, password: 'another one now' });
    expect(again.data.logIn.user).toEqual(data.logIn.user);
    const refreshed = await refresh(users.replicas[0], data.logIn.refreshToken);
    expect(refreshed.data.refreshSession.code).toBe('SESSION_EXPIRED');
  });

  it.each([settings.password, 'chosen by the fan'])(
    'is taken over from a fan who had the e-mail address first: no session of theirs becomes an operator',
    async (password) => {
      const typed = someone({ email: settings.email, password });
      const { data } = await register(users.replicas[0], typed);
      await ensure();
      const refreshed = await refresh(users.replicas[0], data.register.refreshToken);
      expect(refreshed.data.refreshSession.code).toBe('SESSION_EXPIRED');
      const operator = await logIn(users.replicas[0], settings);
      expect(operator.data.logIn.user).toMatchObject({ id: data.register.user.id, role: 'OPERATOR' });
    },
  );
});
