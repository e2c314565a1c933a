import { setImmediate as settled } from 'node:timers/promises';
import type { MemoryConnection, MysqlOptions } from './server.ts';
import { MemoryMysql } from './server.ts';

const template = new MemoryMysql();
beforeAll(async () => {
  await template
    .connect('shop')
    .query(
      'CREATE TABLE things (id INT NOT NULL PRIMARY KEY, amount BIGINT NOT NULL DEFAULT 0, at DATETIME(3) NULL)',
    );
});

/** A server with an empty table, and the outcomes of statements that were not awaited. */
function start(options: MysqlOptions = {}) {
  const mysql = template.emptyCopy(options);
  const ended: string[] = [];
  const begin = (name: string, connection: MemoryConnection, sql: string) => {
    connection.query(sql).then(
      () => ended.push(name),
      () => ended.push(`${name} failed`),
    );
  };
  return { mysql, begin, ended, connect: () => mysql.connect('shop') };
}
const things = (mysql: MemoryMysql) => mysql.rows('shop', 'things').map(({ id, amount }) => [id, amount]);

describe('a copy of a server', () => {
  it('has the same tables, with rows of its own', async () => {
    const [one, other] = [start(), start()];
    await one.connect().query('INSERT INTO things (id, at) VALUES (?, ?)', [1, new Date(5)]);
    expect(one.mysql.rows('shop', 'things')).toEqual([{ id: 1, amount: 0, at: new Date(5) }]);
    expect(other.mysql.rows('shop', 'things')).toEqual([]);
    expect(template.rows('shop', 'things')).toEqual([]);
  });

  it('does not get tables that are made later in another one', async () => {
    const [one, other] = [start(), start()];
    await one.connect().query('CREATE TABLE later (id INT PRIMARY KEY)');
    await expect(other.connect().query('SELECT id FROM later')).rejects.toMatchObject({ errno: 1146 });
  });
});

describe('the rows that invariants see', () => {
  it('are those that are committed', async () => {
    const { mysql, connect } = start();
    const connection = connect();
    await connection.query('INSERT INTO things (id) VALUES (2), (1)');
    await connection.query('START TRANSACTION');
    await connection.query('UPDATE things SET amount = 5');
    await connection.query('DELETE FROM things WHERE id = 2');
    await connection.query('INSERT INTO things (id) VALUES (0)');
    expect(things(mysql)).toEqual([[1, 0], [2, 0]]); // prettier-ignore
    await connection.query('COMMIT');
    expect(things(mysql)).toEqual([[0, 0], [1, 5]]); // prettier-ignore
  });
});

describe('a statement', () => {
  it('is executed when its turn comes, and not before', async () => {
    const turns: [string, () => void][] = [];
    const { mysql, begin, ended, connect } = start({
      turn: (_, sql) => new Promise((resolve) => turns.push([sql, resolve])),
    });
    begin('first', connect(), 'INSERT INTO things (id) VALUES (1)');
    begin('second', connect(), 'INSERT INTO things (id) VALUES (2)');
    await settled();
    expect(things(mysql)).toEqual([]);
    turns[1]?.[1]();
    await settled();
    expect(things(mysql)).toEqual([[2, 0]]);
    expect(ended).toEqual(['second']);
    expect(turns.map(([sql]) => sql.slice(-3))).toEqual(['(1)', '(2)']);
  });

  it('waits for the one before it on the same connection', async () => {
    const { mysql, connect } = start();
    const connection = connect();
    await Promise.all([
      connection.query('START TRANSACTION'),
      connection.query('INSERT INTO things (id) VALUES (1)'),
      connection.query('ROLLBACK'),
    ]);
    expect(things(mysql)).toEqual([]);
  });

  it('uses the time that the server is given', async () => {
    const { connect } = start({ now: () => new Date(1_234_567) });
    expect(await connect().query('SELECT NOW(3) AS now')).toEqual([{ now: new Date(1_234_567) }]);
  });

  it.each([
    'EXPLAIN SELECT id FROM things',
    'SELECT id FROM things LEFT JOIN things t ON t.id = things.id',
    'SELECT id FROM things HAVING id > 1',
    'SELECT SQRT(id) AS root FROM things',
    'SELECT id / 2 AS half FROM things',
    'SELECT DISTINCT id FROM things',
    'INSERT IGNORE INTO things (id) VALUES (NULL)',
    `SELECT id FROM things WHERE at = 'yesterday'`,
    'CREATE TABLE others (id INT PRIMARY KEY, place POINT NOT NULL)',
  ])('is refused in its own words if the server does not know what it means: %s', async (sql) => {
    const { connect } = start();
    await connect().query('INSERT INTO things (id, at) VALUES (1, ?)', [new Date(0)]);
    const answer = connect().query(sql);
    await expect(answer).rejects.toThrow(sql);
    await expect(answer).rejects.not.toHaveProperty('code');
  });
});

describe('a connection that is cut', () => {
  it('leaves nothing of its transaction, and others can continue', async () => {
    const { mysql, begin, ended, connect } = start();
    const [dying, other] = [connect(), connect()];
    await other.query('INSERT INTO things (id) VALUES (1)');
    await dying.query('START TRANSACTION');
    await dying.query('UPDATE things SET amount = 5');
    begin('other', other, 'UPDATE things SET amount = amount + 1');
    await settled();
    expect(ended).toEqual([]);
    dying.kill();
    await settled();
    expect(ended).toEqual(['other']);
    expect(things(mysql)).toEqual([[1, 1]]);
  });

  it('gets no answer to what it waits for, and nobody waits for it', async () => {
    const { mysql, begin, ended, connect } = start();
    const [holder, dying, third] = [connect(), connect(), connect()];
    await holder.query('INSERT INTO things (id) VALUES (1)');
    await holder.query('START TRANSACTION');
    await holder.query('UPDATE things SET amount = 5');
    begin('dying', dying, 'UPDATE things SET amount = 7');
    begin('third', third, 'UPDATE things SET amount = amount + 1');
    await settled();
    dying.kill();
    await holder.query('COMMIT');
    await settled();
    expect(ended).toEqual(['third']);
    expect(things(mysql)).toEqual([[1, 6]]);
  });
});
