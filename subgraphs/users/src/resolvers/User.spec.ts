import { newId } from '@frontrow/kit/ids';
import { aFan, anOperator } from '@frontrow/kit/testing/subgraph';
import type { Viewer } from '@frontrow/kit/viewer';
import { register, someone, usersUnderTest } from '../testing.ts';
import type { UsersUnderTest } from '../testing.ts';

let users: UsersUnderTest;
let minji: { id: string; email: string; name: string };
let junho: typeof minji;
beforeAll(async () => {
  users = await usersUnderTest();
  minji = (await register(users.replicas[0], someone({ name: 'Minji' }))).data.register.user;
  junho = (await register(users.replicas[0], someone({ name: 'Junho' }))).data.register.user;
});
afterAll(() => users.close());

const fields = 'id email name role createdAt';
const me = (viewer: Viewer | null) => users.replicas[0].execute(viewer, `{ me { ${fields} } }`);
const user = (viewer: Viewer | null, id: string) =>
  users.replicas[0].execute(viewer, `query ($id: ID!) { user(id: $id) { ${fields} } }`, { id });
const entities = (viewer: Viewer | null, ids: string[]) =>
  users.replicas[0].entities(
    viewer,
    'User',
    ids.map((id) => ({ id })),
    fields,
  );

describe('me', () => {
  it('is null when nobody is logged in', async () => {
    expect(await me(null)).toEqual({ data: { me: null } });
  });

  it('is the user of the access token', async () => {
    expect((await me(aFan(minji.id))).data.me).toEqual(minji);
  });

  it('is an error once the account was deleted', async () => {
    const { data, errors } = await me(aFan(newId()));
    expect(data.me).toBeNull();
    expect(errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });
});

describe('user', () => {
  it('is shown to themselves and to operators', async () => {
    expect((await user(aFan(minji.id), minji.id)).data.user).toEqual(minji);
    expect((await user(anOperator(), minji.id)).data.user).toEqual(minji);
  });

  it('is null for everybody else', async () => {
    expect(await user(null, minji.id)).toEqual({ data: { user: null } });
    expect(await user(aFan(junho.id), minji.id)).toEqual({ data: { user: null } });
  });

  it.each([newId(), '', 'made up', 'x'.repeat(10_000)])('is null for an unknown id', async (id) => {
    expect(await user(anOperator(), id)).toEqual({ data: { user: null } });
  });
});

describe('the entity User', () => {
  it('is shown to themselves, and null beside that', async () => {
    const { data, errors } = await entities(aFan(minji.id), [junho.id, minji.id, newId()]);
    expect(errors).toBeUndefined();
    expect(data).toEqual([null, minji, null]);
    expect((await entities(null, [minji.id])).data).toEqual([null]);
  });

  it('is loaded together with all others that an operator asks for in one query', async () => {
    const { manager } = users.outbox.database;
    const find = manager.find.bind(manager);
    let queries = 0;
    manager.find = ((...args: Parameters<typeof find>) => (queries++, find(...args))) as typeof find;
    try {
      const { data } = await entities(anOperator(), [minji.id, junho.id, 'made up', newId(), minji.id]);
      expect(data).toEqual([minji, junho, null, null, minji]);
      expect(queries).toBe(1);
    } finally {
      manager.find = find;
    }
  });
});
