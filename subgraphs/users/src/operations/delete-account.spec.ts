import { loseCommit } from '@frontrow/events/testing/transactions';
import { userDeleted } from '@frontrow/events/contracts/users';
import { forgotten } from '@frontrow/events/forget-user';
import { emitted, emittedOf } from '@frontrow/events/testing';
import { aFan } from '@frontrow/kit/testing/subgraph';
import { findRevoked } from '../storage/revocations.ts';
import { logIn, refresh, register, someone, usersUnderTest } from '../testing.ts';
import type { Typed, UsersUnderTest } from '../testing.ts';
import { ensureOperator } from './ensure-operator.ts';

let users: UsersUnderTest;
beforeEach(async () => {
  users = await usersUnderTest();
});
afterEach(() => users.close());

const mutation = `mutation ($input: DeleteMyAccountInput!) {
  deleteMyAccount(input: $input) { __typename ... on DeletedAccount { userId deletedAt } ... on Refusal { code } }
}`;
const deleteAccount = async (userId: string, password: string, acceptsLoss = true) => {
  const { data } = await users.replicas[0].execute(aFan(userId), mutation, {
    input: { password, acceptsLoss },
  });
  return data.deleteMyAccount;
};
async function aSession({ email, password, name }: Typed = someone()) {
  const typed = { email, password, name };
  const { data } = await register(users.replicas[0], typed);
  return {
    ...typed,
    id: data.register.user.id as string,
    refreshToken: data.register.refreshToken as string,
  };
}

/** All text in all tables of the service. */
async function everything(): Promise<string> {
  const { database } = users.outbox;
  const tables = await database.query<{ name: string }[]>(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE()',
  );
  const rows = await Promise.all(tables.map(({ name }) => database.query(`SELECT * FROM ${name}`)));
  return JSON.stringify(rows);
}

describe('a deleted account', () => {
  it('leaves no trace of its owner in any table, and an event tells the other services', async () => {
    const fan = await aSession(someone({ name: 'Somebody Unmistakable' }));
    await logIn(users.replicas[0], { ...fan, password: 'a wrong guess' });
    for (const personal of [fan.email, fan.name]) expect(await everything()).toContain(personal);
    const deletedAt = users.clock.now.toISOString();
    expect(await deleteAccount(fan.id, fan.password)).toEqual({
      ...{ __typename: 'DeletedAccount', userId: fan.id, deletedAt },
    });
    for (const personal of [fan.email, fan.name]) expect(await everything()).not.toContain(personal);
    const [registered, linkRequested] = await emitted(users.outbox);
    expect(registered?.data).toEqual({ userId: fan.id, name: forgotten, email: forgotten, locale: 'en' });
    expect(linkRequested?.data).toMatchObject({ userId: fan.id, email: forgotten });
    expect(await emittedOf(users.outbox, userDeleted)).toEqual([{ userId: fan.id, deletedAt }]);
  });

  it('has no session and no token any more, and its address is free', async () => {
    const fan = await aSession();
    await deleteAccount(fan.id, fan.password);
    expect((await refresh(users.replicas[1], fan.refreshToken)).data.refreshSession.code).toBe(
      'SESSION_EXPIRED',
    );
    expect((await logIn(users.replicas[1], fan)).data.logIn.code).toBe('INVALID_CREDENTIALS');
    const since = new Date(users.clock.now.getTime() - 1_000);
    expect(await findRevoked(users.outbox.database.manager, since)).toEqual({
      sessions: [],
      users: [fan.id],
    });
    const again = await aSession(fan);
    expect(again.id).not.toBe(fan.id);
  });

  it('is deleted once, by calls at the same moment and by one whose commit was lost', async () => {
    const [first, second] = [await aSession(), await aSession()];
    const answers = await Promise.all([1, 2, 3].map(() => deleteAccount(first.id, first.password)));
    expect(answers.map(({ __typename }) => __typename)).toEqual(Array(3).fill('DeletedAccount'));
    // The first transaction counts the attempt.
    loseCommit(users.outbox, 2);
    expect(await deleteAccount(second.id, second.password)).toMatchObject({ userId: second.id });
    expect(await emittedOf(users.outbox, userDeleted)).toHaveLength(2);
  });
});

describe('an account stays', () => {
  it('for whoever does not know its password, and guesses count as those at log-in do', async () => {
    const fan = await aSession();
    for (let guess = 0; guess < 10; guess++) {
      expect(await deleteAccount(fan.id, 'a wrong guess')).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    }
    expect(await deleteAccount(fan.id, fan.password)).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  });

  it('until the fan says that what it has may be lost', async () => {
    const fan = await aSession();
    expect(await deleteAccount(fan.id, fan.password, false)).toMatchObject({ code: 'LOSS_NOT_ACCEPTED' });
    expect(await users.count('users')).toBe(1);
  });

  it('while it is an operator’s', async () => {
    const settings = { email: 'operator@frontrow.test', password: 'as the settings say' };
    await ensureOperator(users.outbox, settings, users.clock.now);
    const { id } = (await logIn(users.replicas[0], settings)).data.logIn.user;
    expect(await deleteAccount(id, settings.password)).toMatchObject({ code: 'OPERATORS_STAY' });
  });
});

describe('exportMyData', () => {
  it('has the account and its sessions, for nobody but its fan', async () => {
    const fan = await aSession();
    const { data } = await users.replicas[0].execute(aFan(fan.id), '{ exportMyData { userId account } }');
    expect(data.exportMyData).toMatchObject({
      ...{ userId: fan.id, account: { email: fan.email, name: fan.name, sessions: [{ endedAt: null }] } },
    });
    const key = [{ userId: fan.id }];
    for (const viewer of [null, aFan(), { ...aFan(), role: 'OPERATOR' as const }]) {
      const others = await users.replicas[0].entities(viewer, 'MyData', key, 'account');
      expect(others.data).toEqual([null]);
    }
    expect(JSON.stringify(data)).not.toMatch(/password|hash|openedFrom/i);
  });
});
