import { findMariadb } from '../../../stack/src/servers/programs.ts';
import { untilSettled } from '../world/settled.ts';
import { Mysql } from './server.ts';
import type { Session } from './session.ts';
import { stopServers, takeServer } from './start.ts';

const now = Date.UTC(2030, 0, 2, 3, 4, 5, 678);

(findMariadb() === undefined ? describe.skip : describe)(
  "the simulation's MariaDB (skipped without one)",
  () => {
    let mysql: Mysql;
    let a: Session;
    let b: Session;

    beforeAll(async () => {
      mysql = new Mysql(await takeServer(), {
        turn: () => Promise.resolve(),
        now: () => now,
        pick: (from) => from.at(-1) as (typeof from)[number],
      });
      await mysql.create(['shop']);
      const shop = mysql.connect('shop');
      await shop.query('CREATE TABLE things (id INT PRIMARY KEY, amount INT)');
      await shop.query('CREATE TABLE lines_of_ledger (id INT AUTO_INCREMENT PRIMARY KEY, amount INT)');
      await shop.query(
        `CREATE TRIGGER ledger_is_kept BEFORE DELETE ON lines_of_ledger FOR EACH ROW SIGNAL SQLSTATE '45000'`,
      );
      shop.kill();
      await mysql.survey();
    }, 60_000);
    afterAll(async () => {
      mysql.close();
      await stopServers();
    });

    beforeEach(async () => {
      await mysql.empty();
      [a, b] = [mysql.connect('shop'), mysql.connect('shop')];
      await a.query('INSERT INTO things VALUES (1, 10), (2, 20)');
    });

    const add = (session: Session, id: number) =>
      session.query('UPDATE things SET amount = amount + 1 WHERE id = ?', [id]);
    const isWaiting = async (statement: Promise<unknown>) => {
      let hasEnded = false;
      const end = () => {
        hasEnded = true;
      };
      statement.then(end, end);
      await untilSettled();
      return !hasEnded;
    };
    const amounts = async () => {
      await mysql.look();
      return mysql.rows('shop', 'things').map(({ amount }) => amount);
    };

    it('lets a statement wait until the transaction ends that has the lock', async () => {
      await a.query('START TRANSACTION');
      await add(a, 1);
      const second = add(b, 1);
      expect(await isWaiting(second)).toBe(true);
      expect(await amounts()).toEqual([10, 20]);
      await a.query('COMMIT');
      expect(await second).toMatchObject({ affectedRows: 1 });
      expect(await amounts()).toEqual([12, 20]);
    });

    it('undoes one of two transactions that wait for each other', async () => {
      for (const [session, id] of [
        [a, 1],
        [b, 2],
      ] as const) {
        await session.query('START TRANSACTION');
        await add(session, id);
      }
      const first = add(a, 2);
      expect(await isWaiting(first)).toBe(true);
      await expect(add(b, 1)).rejects.toMatchObject({ code: 'ER_LOCK_DEADLOCK', errno: 1213 });
      await first;
      await a.query('COMMIT');
      expect(await amounts()).toEqual([11, 21]);
    });

    it('skips locked rows where a statement says so', async () => {
      await a.query('START TRANSACTION');
      await add(a, 1);
      await b.query('START TRANSACTION');
      expect(await b.query('SELECT id FROM things WHERE id < ? FOR UPDATE SKIP LOCKED', [9])).toEqual([
        { id: 2 },
      ]);
      expect(await isWaiting(add(a, 2))).toBe(true);
    });

    it('undoes what a session did not commit before it was killed', async () => {
      await a.query('START TRANSACTION');
      await add(a, 1);
      await a.query('SAVEPOINT here');
      await add(a, 2);
      const second = add(b, 1);
      expect(await isWaiting(second)).toBe(true);
      a.kill();
      await second;
      expect(await amounts()).toEqual([11, 20]);
      expect(await isWaiting(a.query('COMMIT'))).toBe(true);
    });

    it("has the world's time", async () => {
      expect(await a.query('SELECT UTC_TIMESTAMP(3) AS now')).toEqual([{ now: new Date(now) }]);
    });

    it('is as good as new when it has been emptied', async () => {
      const ids = await Promise.all([a, b].map((session) => session.query('SELECT CONNECTION_ID() AS id')));
      expect(ids).toEqual([[{ id: 1 }], [{ id: 2 }]]);
      const insert = () => mysql.connect('shop').query('INSERT INTO lines_of_ledger (amount) VALUES (1)');
      expect(await insert()).toMatchObject({ insertId: 1 });
      await a.query('START TRANSACTION');
      await insert();
      await mysql.empty();
      expect(await amounts()).toEqual([]);
      expect(await insert()).toMatchObject({ insertId: 1 });
    });

    it('shows no rows that nobody has looked at', async () => {
      await amounts();
      await add(a, 1);
      expect(() => mysql.rows('shop', 'things')).toThrow('nobody has looked at things');
    });
  },
);
