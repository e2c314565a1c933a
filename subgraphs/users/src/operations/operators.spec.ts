import { loseCommit } from '@frontrow/events/testing/transactions';
import { operatorActed } from '@frontrow/events/contracts/operators';
import { deliver, emitted, emittedOf } from '@frontrow/events/testing';
import { aFan, anOperator, staff } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { handlers } from '../handlers.ts';
import { storeConfirmation } from '../storage/accounts.ts';
import { findRevoked } from '../storage/revocations.ts';
import { logIn, refresh, register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';
import { commandOperators } from './command-operators.ts';
import { ensureOperator } from './ensure-operator.ts';

let users: UsersUnderTest;
beforeEach(async () => {
  users = await usersUnderTest();
});
afterEach(() => users.close());

const result = '__typename ... on User { id role } ... on Refusal { code }';
const add = async (viewer: Viewer | null, email: string) => {
  const query = `mutation ($email: String!) { addOperator(email: $email) { ${result} } }`;
  return users.replicas[0].execute(viewer, query, { email });
};
const end = async (viewer: Viewer | null, id: string) => {
  const query = `mutation ($id: ID!) { endOperator(id: $id) { ${result} } }`;
  return users.replicas[0].execute(viewer, query, { id });
};
const makeStaff = (email: string) => {
  const query = `mutation ($email: String!) { addStaff(email: $email) { ${result} } }`;
  return users.replicas[0].execute(anOperator(), query, { email });
};
const list = async () => {
  const { data } = await users.replicas[1].execute(anOperator(), '{ operators { email } }');
  return data.operators.map(({ email }: { email: string }) => email);
};
const settings = (email = 'operator@frontrow.test') => ({ email, password: 'as the settings say' });
const ensure = (email?: string) => ensureOperator(users.outbox, settings(email), users.clock.now);
const revoked = () => findRevoked(users.outbox.database.manager, new Date(users.clock.now.getTime() - 1_000));

/** Somebody who is logged in, and has confirmed their e-mail address. */
async function aSession() {
  const fan = await anUnconfirmedSession();
  await storeConfirmation(users.outbox.database.manager, fan.id, users.clock.now);
  return fan;
}

async function anUnconfirmedSession() {
  const typed = someone();
  const { data } = await register(users.replicas[0], typed);
  const { user, refreshToken, accessToken } = data.register;
  const viewer = await users.viewerOf(accessToken);
  return { ...typed, id: user.id as string, refreshToken, sessionId: viewer!.sessionId };
}

describe('a member of staff', () => {
  const change = async (viewer: Viewer | null, field: string) => {
    const { data, errors } = await users.replicas[0].execute(viewer, `mutation { ${field} { ${result} } }`);
    return errors?.[0]?.extensions?.['code'] ?? Object.values(data)[0];
  };
  const listed = async () => (await users.replicas[1].execute(anOperator(), '{ staff { id } }')).data.staff;

  it('is added and ended by an operator, either of which ends their sessions and is logged', async () => {
    const fan = await aSession();
    const me = anOperator();
    const added = { __typename: 'User', id: fan.id, role: 'STAFF' };
    expect(await change(me, `addStaff(email: "${fan.email}")`)).toEqual(added);
    expect(await listed()).toEqual([{ id: fan.id }]);
    expect((await revoked()).sessions).toEqual([fan.sessionId]);
    const session = (await logIn(users.replicas[0], fan)).data.logIn;
    expect((await users.viewerOf(session.accessToken))?.role).toBe('STAFF');
    expect(await change(me, `endStaff(id: "${fan.id}")`)).toEqual({ ...added, role: 'FAN' });
    expect(await listed()).toEqual([]);
    expect((await refresh(users.replicas[1], session.refreshToken)).data.refreshSession.code).toBe(
      'SESSION_EXPIRED',
    );
    expect(await change(me, `endStaff(id: "${fan.id}")`)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await emittedOf(users.outbox, operatorActed)).toMatchObject([
      { action: 'addStaff', operatorId: me.id, before: { role: 'FAN' }, after: { role: 'STAFF' } },
      { action: 'endStaff', operatorId: me.id, before: { role: 'STAFF' }, after: { role: 'FAN' } },
    ]);
  });

  it('cannot act as an operator, and an operator cannot become one', async () => {
    const fan = await aSession();
    await add(anOperator(), fan.email);
    expect(await change(anOperator(), `addStaff(email: "${fan.email}")`)).toMatchObject({
      code: 'OPERATORS_STAY',
    });
    expect(await change(anOperator(), 'addStaff(email: "nobody")')).toMatchObject({ code: 'NOT_FOUND' });
    for (const viewer of [staff(), aFan()]) {
      expect(await change(viewer, `addStaff(email: "${fan.email}")`)).toBe('FORBIDDEN');
      expect(await change(viewer, `endStaff(id: "${fan.id}")`)).toBe('FORBIDDEN');
      for (const field of ['staff { id }', 'operators { id }', 'userByEmail(email: "a@b.c") { id }']) {
        const { errors } = await users.replicas[0].execute(viewer, `{ ${field} }`);
        expect(errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN');
      }
    }
  });
});

describe('an account whose address nobody has confirmed', () => {
  it('gets no role from operators, because a thief may have registered it, who knows its password', async () => {
    const thief = await anUnconfirmedSession();
    const staffed = await makeStaff(thief.email);
    const refused = { __typename: 'Refusal', code: 'EMAIL_NOT_CONFIRMED' };
    expect(staffed.data.addStaff).toEqual(refused);
    expect((await add(anOperator(), thief.email)).data.addOperator).toEqual(refused);
    const command = commandOperators(users.outbox, ['add', thief.email], users.clock.now);
    expect(await command).toMatchObject({ code: refused.code });
    expect((await logIn(users.replicas[0], thief)).data.logIn.user.role).toBe('FAN');
    expect(await emittedOf(users.outbox, operatorActed)).toEqual([]);
  });

  it('keeps the role that it has', async () => {
    await ensure();
    expect((await add(anOperator(), settings().email)).data.addOperator.role).toBe('OPERATOR');
    const member = await aSession();
    await makeStaff(member.email);
    await users.outbox.database.query('UPDATE users SET email_confirmed_at = NULL WHERE id = ?', [member.id]);
    expect((await makeStaff(member.email)).data.addStaff).toEqual({
      __typename: 'User',
      id: member.id,
      role: 'STAFF',
    });
  });
});

describe('an operator', () => {
  it('finds an account by its address, however it is typed; nobody else does', async () => {
    const fan = await aSession();
    const find = async (viewer: Viewer | null, email: string) => {
      const query = 'query ($email: String!) { userByEmail(email: $email) { id email } }';
      const { data, errors } = await users.replicas[0].execute(viewer, query, { email });
      return errors?.[0]?.extensions?.['code'] ?? data.userByEmail;
    };
    const found = { id: fan.id, email: fan.email };
    expect(await find(anOperator(), ` ${fan.email.toUpperCase()} `)).toEqual(found);
    expect(await find(anOperator(), someone().email)).toBeNull();
    expect(await find(anOperator(), 'no address')).toBeNull();
    expect(await find(aFan(), fan.email)).toBe('FORBIDDEN');
    expect(await find(null, fan.email)).toBe('UNAUTHENTICATED');
  });

  it('is added by another one, and sessions from before do not become an operator’s', async () => {
    const fan = await aSession();
    const me = anOperator();
    const { data } = await add(me, ` ${fan.email.toUpperCase()} `);
    expect(data.addOperator).toEqual({ __typename: 'User', id: fan.id, role: 'OPERATOR' });
    expect(await list()).toEqual([fan.email]);
    const refreshed = await refresh(users.replicas[0], fan.refreshToken);
    expect(refreshed.data.refreshSession.code).toBe('SESSION_EXPIRED');
    expect((await revoked()).sessions).toEqual([fan.sessionId]);
    expect((await logIn(users.replicas[0], fan)).data.logIn.user.role).toBe('OPERATOR');
    expect(await emittedOf(users.outbox, operatorActed)).toMatchObject([
      {
        ...{ by: 'OPERATOR', operatorId: me.id, action: 'addOperator', subjectId: fan.id },
        ...{ before: { role: 'FAN' }, after: { role: 'OPERATOR' } },
      },
    ]);
  });

  it('is ended by another one, which ends their sessions and makes the tokens of them void', async () => {
    const fan = await aSession();
    await add(anOperator(), fan.email);
    const session = (await logIn(users.replicas[0], fan)).data.logIn;
    const { sessionId } = (await users.viewerOf(session.accessToken))!;
    const { data } = await end(anOperator(), fan.id);
    expect(data.endOperator).toEqual({ __typename: 'User', id: fan.id, role: 'FAN' });
    expect(await list()).toEqual([]);
    expect((await revoked()).sessions).toContain(sessionId);
    expect((await refresh(users.replicas[1], session.refreshToken)).data.refreshSession.code).toBe(
      'SESSION_EXPIRED',
    );
    expect((await end(anOperator(), fan.id)).data.endOperator.code).toBe('NOT_FOUND');
  });

  it('needs an account, and is added and ended by operators only', async () => {
    const fan = await aSession();
    for (const email of ['nobody@example.com', 'no address', '밤']) {
      expect((await add(anOperator(), email)).data.addOperator.code).toBe('NOT_FOUND');
      expect((await end(anOperator(), email)).data.endOperator.code).toBe('NOT_FOUND');
    }
    for (const viewer of [null, aFan(fan.id)]) {
      const code = viewer === null ? 'UNAUTHENTICATED' : 'FORBIDDEN';
      for (const { errors } of [await add(viewer, fan.email), await end(viewer, fan.id)]) {
        expect(errors?.[0]?.extensions?.['code']).toBe(code);
      }
      const reads = await users.replicas[0].execute(viewer, '{ operators { id } }');
      const log = await users.replicas[0].execute(viewer, '{ operatorActions { edges { cursor } } }');
      for (const { errors } of [reads, log]) expect(errors?.[0]?.extensions?.['code']).toBe(code);
    }
    expect(await emittedOf(users.outbox, operatorActed)).toEqual([]);
  });

  it('of the settings ends when the settings name another, and those who were added stay', async () => {
    await ensure('first@frontrow.test');
    const added = await aSession();
    await add(anOperator(), added.email);
    const session = (await logIn(users.replicas[0], settings('first@frontrow.test'))).data.logIn;
    await Promise.all([ensure('second@frontrow.test'), ensure('second@frontrow.test')]);
    expect((await list()).toSorted()).toEqual([added.email, 'second@frontrow.test'].toSorted());
    expect((await refresh(users.replicas[0], session.refreshToken)).data.refreshSession.code).toBe(
      'SESSION_EXPIRED',
    );
    const acted = await emittedOf(users.outbox, operatorActed);
    expect(acted.filter(({ by, action }) => by === 'SETTINGS' && action === 'endOperator')).toHaveLength(1);
  });

  it('of the settings is not ended by others, so there is always one', async () => {
    await ensure();
    const session = (await logIn(users.replicas[0], settings())).data.logIn;
    const { data } = await end(anOperator(), session.user.id);
    expect(data.endOperator.code).toBe('OPERATOR_OF_SETTINGS');
    expect(await list()).toEqual([settings().email]);
  });

  it('is added and ended by a command, which needs no operator', async () => {
    const fan = await aSession();
    const command = (...words: string[]) => commandOperators(users.outbox, words, users.clock.now);
    expect(await command('add', fan.email)).toMatchObject([{ id: fan.id, role: 'OPERATOR' }]);
    expect(await command('list')).toHaveLength(1);
    expect(await command('end', fan.email)).toEqual([]);
    expect(await command('end', 'nobody@example.com')).toMatchObject({ code: 'NOT_FOUND' });
    for (const wrong of [[], ['add'], ['list', 'x'], ['rob', 'x'], ['add', 'x', 'y']]) {
      expect(await command(...wrong)).toMatchObject({ code: 'USAGE' });
    }
    expect(await emittedOf(users.outbox, operatorActed)).toMatchObject([
      { by: 'COMMAND', operatorId: null, action: 'addOperator', subjectId: fan.id },
      { by: 'COMMAND', operatorId: null, action: 'endOperator', subjectId: fan.id },
    ]);
  });
});

describe('the log of what operators do', () => {
  const fields = '{ edges { cursor node { by action operatorId operator { id } subjectId before after } } }';
  const log = async (args = '') => {
    const { data } = await users.replicas[0].execute(anOperator(), `{ operatorActions${args} ${fields} }`);
    return data.operatorActions.edges;
  };
  /**
   * The log's own events come back by way of the broker, each of them twice. The newest comes first: when the answer to a COMMIT
   * is lost, what the next run emits is published before what the first one did.
   */
  const tell = async () => {
    for (const event of (await emitted(users.outbox)).toReversed()) {
      if (event.type !== operatorActed.type) continue;
      for (const copy of [event, { ...event, id: event.id.replace(/^./, 'f') }]) {
        await deliver(users.outbox, handlers, copy);
      }
    }
  };

  it('has each action once, also one whose commit was lost, newest first, and can be searched', async () => {
    const [first, second, third] = [await aSession(), await aSession(), await aSession()];
    await ensure();
    const me = anOperator((await logIn(users.replicas[0], settings())).data.logIn.user.id);
    await add(me, first.email);
    loseCommit(users.outbox);
    await add(me, second.email);
    loseCommit(users.outbox);
    await makeStaff(third.email);
    await tell();
    const added = { by: 'OPERATOR', action: 'addOperator', operatorId: me.id, operator: { id: me.id } };
    const [addedStaff, ...all] = await log();
    expect(addedStaff.node).toMatchObject({ before: { role: 'FAN' }, after: { role: 'STAFF' } });
    expect(all.map(({ node }: any) => node)).toMatchObject([
      { ...added, subjectId: second.id, before: { role: 'FAN' }, after: { role: 'OPERATOR' } },
      { ...added, subjectId: first.id },
      { by: 'SETTINGS', action: 'addOperator', operatorId: null, operator: null, before: null },
    ]);
    expect(await log(`(first: 1, after: "${all[0].cursor}")`)).toEqual([all[1]]);
    expect(await log(`(operatorId: "${me.id}")`)).toEqual(all.slice(0, 2));
    for (const args of ['(action: "endOperator")', '(action: "밤")', '(operatorId: "밤")']) {
      expect(await log(args)).toEqual([]);
    }
  });

  it('has each end that was carried out, also one whose commit was lost, and the operator is answered', async () => {
    const [operator, member] = [await aSession(), await aSession()];
    await add(anOperator(), operator.email);
    await makeStaff(member.email);
    loseCommit(users.outbox);
    expect((await end(anOperator(), operator.id)).data.endOperator).toMatchObject({ role: 'FAN' });
    loseCommit(users.outbox);
    const query = `mutation ($id: ID!) { endStaff(id: $id) { ${result} } }`;
    const ended = await users.replicas[0].execute(anOperator(), query, { id: member.id });
    expect(ended.data.endStaff).toMatchObject({ role: 'FAN' });
    await tell();
    const all = await log();
    expect(all.slice(0, 2).map(({ node }: any) => node)).toMatchObject([
      { action: 'endStaff', subjectId: member.id, before: { role: 'STAFF' }, after: { role: 'FAN' } },
      { action: 'endOperator', subjectId: operator.id, before: { role: 'OPERATOR' }, after: { role: 'FAN' } },
    ]);
    expect(all).toHaveLength(4);
  });

  it('has no additions of those who have the role already', async () => {
    const [operator, member] = [await aSession(), await aSession()];
    for (let i = 0; i < 2; i++) {
      expect((await add(anOperator(), operator.email)).data.addOperator.role).toBe('OPERATOR');
      expect((await makeStaff(member.email)).data.addStaff.role).toBe('STAFF');
    }
    expect(await emittedOf(users.outbox, operatorActed)).toHaveLength(2);
  });

  it('cannot be changed by anybody, not even directly in the database', async () => {
    await ensure();
    await tell();
    const { database } = users.outbox;
    await expect(database.query("UPDATE operator_actions SET action = 'nothing'")).rejects.toThrow(
      /added to/,
    );
    await expect(database.query('DELETE FROM operator_actions')).rejects.toThrow(/added to/);
    expect(await users.count('operator_actions')).toBe(1);
  });
});
