import { createConnection } from 'mysql2/promise';
import type { Connection, RowDataPacket } from 'mysql2/promise';

/** The work of a database server, by its own counters. */
export interface DatabaseWork {
  /** Statements that clients sent, including those that begin and end transactions (`Questions`). */
  readonly statements: number;
  /** Transactions that clients began (`Com_begin`: BEGIN and START TRANSACTION). */
  readonly transactions: number;
  /** Transactions, with BEGIN or without, that wrote something and committed (InnoDB's `trx_rw_commits`). */
  readonly writingCommits: number;
  /** Transactions that were rolled back (`Com_rollback`). */
  readonly rollbacks: number;
  /** The amount written to InnoDB's log, in KB (`Innodb_os_log_written`). */
  readonly logKb: number;
}

/** The settings that make a commit durable, and others on which figures depend. */
const settings = [
  'version',
  'innodb_flush_log_at_trx_commit',
  'sync_binlog',
  'log_bin',
  'innodb_doublewrite',
  'innodb_flush_method',
  'innodb_buffer_pool_size',
  'transaction_isolation',
];

/** Reads a database server's counters from outside. Its own queries do not count. */
export class DatabaseProbe {
  readonly #connection: Connection;
  #asked = 0;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @param rootUrl the address with an account that may change global settings */
  static async of(rootUrl: string): Promise<DatabaseProbe> {
    const probe = new DatabaseProbe(await createConnection(rootUrl));
    await probe.query("SET GLOBAL innodb_monitor_enable = 'trx_rw_commits'");
    return probe;
  }

  async query<Row>(sql: string): Promise<Row[]> {
    this.#asked++;
    const [rows] = await this.#connection.query(sql);
    return rows as Row[];
  }

  async settings(): Promise<Readonly<Record<string, string>>> {
    const rows = await this.query<RowDataPacket & { Variable_name: string; Value: string }>(
      `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${['tx_isolation', ...settings].map((name) => `'${name}'`).join()})`,
    );
    const values = new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
    const found = settings.map((name) => {
      const older = name === 'transaction_isolation' ? values.get('tx_isolation') : undefined;
      return [name, values.get(name) ?? older ?? ''];
    });
    return Object.fromEntries(found) as Record<string, string>;
  }

  async work(): Promise<DatabaseWork> {
    const [commits] = await this.query<{ count: number | string }>(
      "SELECT count FROM information_schema.innodb_metrics WHERE name = 'trx_rw_commits'",
    );
    const status = await this.query<{ Variable_name: string; Value: string }>(
      `SHOW GLOBAL STATUS WHERE Variable_name IN
        ('Questions', 'Com_begin', 'Com_rollback', 'Innodb_os_log_written')`,
    );
    const value = (name: string) =>
      Number(status.find(({ Variable_name }) => Variable_name.toLowerCase() === name)?.Value ?? 0);
    return {
      // The server had already counted this very statement.
      statements: value('questions') - this.#asked,
      transactions: value('com_begin'),
      writingCommits: Number(commits?.count ?? 0),
      rollbacks: value('com_rollback'),
      logKb: value('innodb_os_log_written') / 1024,
    };
  }

  close(): Promise<void> {
    return this.#connection.end();
  }
}
