import { beforeTransaction, loseCommit } from '@frontrow/events/testing/transactions';
import { userLinkRequested } from '@frontrow/events/contracts/users';
import { emittedOf } from '@frontrow/events/testing';
import { linkToken } from '@frontrow/kit/mailed-link';
import type { LinkPurpose } from '@frontrow/kit/mailed-link';
import type { Viewer } from '@frontrow/kit/viewer';
import { linkSecret, logIn, refresh, register, someone } from '../testing.ts';
import { usersUnderTest } from '../testing.ts';
import type { Typed, UsersUnderTest } from '../testing.ts';

let users: UsersUnderTest;
beforeAll(async () => {
  users = await usersUnderTest();
});
afterAll(() => users.close());

const minutes = (count: number) => count * 60_000;
const later = (ms: number) => (users.clock.now = new Date(users.clock.now.getTime() + ms));
const newPassword = 'another battery staple';

interface Account extends Typed {
  readonly id: string;
  readonly viewer: Viewer;
  readonly refreshToken: string;
}

async function anAccount(): Promise<Account> {
  const typed = someone();
  const { user, accessToken, refreshToken } = (await register(users.replicas[0], typed)).data.register;
  return { ...typed, id: user.id, viewer: (await users.viewerOf(accessToken)) as Viewer, refreshToken };
}

async function mutate(viewer: Viewer | null, mutation: string, variables = {}, replica: 0 | 1 = 0) {
  const { data, errors } = await users.replicas[replica].execute(viewer, mutation, variables);
  return { ...Object.values(data ?? {}).map((answer) => ({ answer }))[0], errors };
}
const change = (viewer: Viewer | null, input: object) =>
  mutate(
    viewer,
    `mutation ($input: ChangePasswordInput!) {
      changePassword(input: $input) { __typename ... on Refusal { code } ... on User { id } } }`,
    { input },
  );
const askForReset = (email: string, replica: 0 | 1 = 0) =>
  mutate(null, 'mutation ($email: String!) { requestPasswordReset(email: $email) }', { email }, replica);
const reset = (token: string, password = newPassword, replica: 0 | 1 = 0) =>
  mutate(
    null,
    `mutation ($input: ResetPasswordInput!) {
      resetPassword(input: $input) { __typename ... on Refusal { code }
        ... on Session { refreshToken user { id emailConfirmedAt } } } }`,
    { input: { token, newPassword: password } },
    replica,
  );
const confirm = (token: string, viewer: Viewer | null = null) =>
  mutate(
    viewer,
    `mutation ($token: String!) { confirmEmail(token: $token) { __typename ... on Refusal { code }
      ... on User { id email emailConfirmedAt } } }`,
    { token },
  );

/** The tokens of the links that the events ask to be mailed to an address, in their order. */
async function mailed(email: string, purpose: LinkPurpose): Promise<string[]> {
  const asked = await emittedOf(users.outbox, userLinkRequested);
  return asked
    .filter((link) => link.email === email && link.purpose === purpose)
    .map(({ linkId }) => linkToken(linkSecret, purpose, linkId));
}
async function aResetLink(email: string): Promise<string> {
  await askForReset(email);
  return (await mailed(email.trim().toLowerCase(), 'PASSWORD_RESET')).at(-1) ?? 'none was mailed';
}
const canLogIn = async (account: Typed, password: string) =>
  (await logIn(users.replicas[1], { ...account, password })).data.logIn.__typename === 'Session';
const isOpen = async (refreshToken: string) =>
  (await refresh(users.replicas[1], refreshToken)).data.refreshSession.__typename === 'Session';

describe('changing a password', () => {
  it('ends the other sessions and leaves that of the request', async () => {
    const account = await anAccount();
    const other = (await logIn(users.replicas[0], account)).data.logIn.refreshToken;
    const { answer } = await change(account.viewer, { currentPassword: account.password, newPassword });
    expect(answer).toEqual({ __typename: 'User', id: account.id });
    expect(await isOpen(other)).toBe(false);
    expect(await isOpen(account.refreshToken)).toBe(true);
    expect(await canLogIn(account, account.password)).toBe(false);
    expect(await canLogIn(account, newPassword)).toBe(true);
  });

  it('needs the old one, and guesses count as those at log-in do', async () => {
    const account = await anAccount();
    for (let guess = 0; guess < 10; guess++) {
      const { answer } = await change(account.viewer, { currentPassword: 'a wrong guess', newPassword });
      expect(answer).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    }
    const { answer } = await change(account.viewer, { currentPassword: account.password, newPassword });
    expect(answer).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    expect(await canLogIn(account, account.password)).toBe(true);
  });

  it('refuses the most common passwords, and callers who are not logged in', async () => {
    const account = await anAccount();
    const common = await change(account.viewer, {
      currentPassword: account.password,
      newPassword: 'password1',
    });
    expect(common.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    const nobody = await change(null, { currentPassword: account.password, newPassword });
    expect(nobody.errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
  });

  it('is refused when the session has ended meanwhile', async () => {
    const account = await anAccount();
    // The first transaction counts the attempt.
    beforeTransaction(users.outbox, 2, () =>
      mutate(
        account.viewer,
        'mutation ($id: ID!) { endSession(id: $id) }',
        { id: account.viewer.sessionId },
        1,
      ),
    );
    const { errors } = await change(account.viewer, { currentPassword: account.password, newPassword });
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } });
    expect(await canLogIn(account, account.password)).toBe(true);
  });

  it('is done once when the answer to its COMMIT is lost', async () => {
    const account = await anAccount();
    loseCommit(users.outbox, 2);
    const { answer } = await change(account.viewer, { currentPassword: account.password, newPassword });
    expect(answer).toMatchObject({ __typename: 'User' });
    expect(await isOpen(account.refreshToken)).toBe(true);
  });

  it('makes void the links that were mailed to reset it', async () => {
    const account = await anAccount();
    const token = await aResetLink(account.email);
    await change(account.viewer, { currentPassword: account.password, newPassword });
    expect((await reset(token, 'a third password')).answer).toMatchObject({ code: 'RESET_EXPIRED' });
  });
});

describe('a forgotten password', () => {
  it('is reset by the mailed link: all sessions end, and a new one begins', async () => {
    const account = await anAccount();
    const { answer } = await reset(await aResetLink(` ${account.email.toUpperCase()} `));
    expect(answer).toMatchObject({
      __typename: 'Session',
      user: { id: account.id, emailConfirmedAt: users.clock.now.toISOString() },
    });
    expect(await isOpen(account.refreshToken)).toBe(false);
    expect(await isOpen((answer as { refreshToken: string }).refreshToken)).toBe(true);
    expect(await canLogIn(account, account.password)).toBe(false);
    expect(await canLogIn(account, newPassword)).toBe(true);
  });

  it('is reset once by a link that is used on two replicas at once', async () => {
    const account = await anAccount();
    const token = await aResetLink(account.email);
    const answers = await Promise.all(
      ([0, 1, 0, 1] as const).map((replica) => reset(token, newPassword, replica)),
    );
    const names = answers.map(({ answer }) => (answer as { __typename: string }).__typename).sort();
    expect(names).toEqual(['Refusal', 'Refusal', 'Refusal', 'Session']);
  });

  it('is reset once when the answer to its COMMIT is lost, and the fan gets the session all the same', async () => {
    const account = await anAccount();
    const token = await aResetLink(account.email);
    loseCommit(users.outbox);
    expect((await reset(token)).answer).toMatchObject({ __typename: 'Session' });
    expect((await reset(token)).answer).toMatchObject({ code: 'RESET_EXPIRED' });
  });

  it('is refused alike for links that are used, old, of another kind, or made up', async () => {
    const account = await anAccount();
    const [old, used] = [await aResetLink(account.email), await aResetLink(account.email)];
    await reset(used);
    const [confirmation = ''] = await mailed(account.email, 'EMAIL_CONFIRMATION');
    for (const token of [used, old, confirmation, 'x'.repeat(64), '']) {
      expect((await reset(token)).answer).toEqual({ __typename: 'Refusal', code: 'RESET_EXPIRED' });
    }
    const another = await anAccount();
    const late = await aResetLink(another.email);
    later(minutes(30));
    expect((await reset(late)).answer).toMatchObject({ code: 'RESET_EXPIRED' });
  });

  it('keeps its link when the new password is too common', async () => {
    const { email } = await anAccount();
    const token = await aResetLink(email);
    expect((await reset(token, '12345678')).errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect((await reset(token)).answer).toMatchObject({ __typename: 'Session' });
  });

  it('is mailed three times an hour at most, and no answer tells whether it was, or whether there is an account', async () => {
    const { email } = await anAccount();
    for (const address of [email, email, email, email, 'nobody@example.com', 'no address at all']) {
      expect(await askForReset(address)).toEqual({ answer: true });
    }
    expect(await mailed(email, 'PASSWORD_RESET')).toHaveLength(3);
    expect(await mailed('nobody@example.com', 'PASSWORD_RESET')).toEqual([]);
    later(minutes(20));
    await askForReset(email);
    expect(await mailed(email, 'PASSWORD_RESET')).toHaveLength(4);
  });

  it('is mailed for as many accounts an hour as one address may make', async () => {
    users.place.client = { address: '192.0.2.77' };
    const accounts = ['a', 'b', 'c'].map((name) => `${name}-of-a-crowd@example.com`);
    for (const email of accounts) await register(users.replicas[0], someone({ email }));
    users.addresses.registrations = 2;
    for (const email of accounts) await askForReset(email, 1);
    users.addresses.registrations = 0;
    const counts = await Promise.all(accounts.map((email) => mailed(email, 'PASSWORD_RESET')));
    expect(counts.map(({ length }) => length)).toEqual([1, 1, 0]);
  });

  it('leaves nothing in tables and events that could be used to reset it', async () => {
    const { email } = await anAccount();
    const token = await aResetLink(email);
    const rows = await Promise.all(
      ['mailed_links', 'outbox'].map((table) => users.outbox.database.query(`SELECT * FROM ${table}`)),
    );
    expect(JSON.stringify(rows)).not.toContain(token.slice(22));
  });
});

describe('an e-mail address', () => {
  it('is confirmed by the link that is mailed on registering, by whoever follows it, twice if they like', async () => {
    const { id, email, viewer } = await anAccount();
    const [token = ''] = await mailed(email, 'EMAIL_CONFIRMATION');
    const emailConfirmedAt = users.clock.now.toISOString();
    const own = { __typename: 'User', id, email, emailConfirmedAt };
    expect((await confirm(token)).answer).toEqual(own);
    later(minutes(5));
    expect((await confirm(token, viewer)).answer).toEqual(own);
  });

  it('stays unconfirmed after three days, and with links of another kind', async () => {
    const { email } = await anAccount();
    const [token = ''] = await mailed(email, 'EMAIL_CONFIRMATION');
    for (const other of [await aResetLink(email), 'none']) {
      expect((await confirm(other)).answer).toEqual({ __typename: 'Refusal', code: 'CONFIRMATION_EXPIRED' });
    }
    later(minutes(3 * 24 * 60));
    expect((await confirm(token)).answer).toMatchObject({ code: 'CONFIRMATION_EXPIRED' });
  });

  it('gets another link when its owner asks, three times an hour, and none once it is confirmed', async () => {
    const { email, viewer } = await anAccount();
    const ask = () => mutate(viewer, 'mutation { requestEmailConfirmation }');
    for (const isMailed of [true, true, true, false]) expect((await ask()).answer).toBe(isMailed);
    const links = await mailed(email, 'EMAIL_CONFIRMATION');
    expect(links).toHaveLength(4);
    await confirm(links.at(-1) ?? '');
    expect((await ask()).answer).toBe(true);
    expect(await mailed(email, 'EMAIL_CONFIRMATION')).toHaveLength(4);
    expect((await mutate(null, 'mutation { requestEmailConfirmation }')).errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
  });
});
