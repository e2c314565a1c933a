import type { Connection as CallbackConnection } from 'mysql2';
import type { Connection } from 'mysql2/promise';

/** About how many bytes of rows one statement inserts. */
const statementBytes = 256 * 1024;

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * A database as SQL, one statement a line, which any client of MySQL can read. Triggers are left out, because services make them
 * when they are missing.
 * @param reader a connection in a transaction that sees the database as it is to be written
 */
export async function* dump(reader: Connection): AsyncGenerator<string> {
  yield "SET NAMES utf8mb4;\nSET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00', foreign_key_checks = 0;\n";
  for (const table of await tablesOf(reader)) {
    const [[{ 'Create Table': create }]] = (await reader.query(
      `SHOW CREATE TABLE \`${table}\``,
    )) as unknown as [[{ 'Create Table': string }]];
    yield `${create.replaceAll('\n', ' ')};\n`;
    yield* insertsOf(reader, table);
  }
}

/** The tables of the connection's database, by name. */
export async function tablesOf(connection: Connection): Promise<string[]> {
  const [rows] = await connection.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name`,
  );
  return (rows as { name: string }[]).map(({ name }) => name);
}

async function* insertsOf(reader: Connection, table: string): AsyncGenerator<string> {
  const columns = await columnsOf(reader, table);
  const names = columns.map(({ name }) => `\`${name}\``).join(', ');
  // The server writes the literals, because it knows its types better than any client.
  const row = `CONCAT('(', ${columns.map(literal).join(", ', ', ")}, ')')`;
  const rows = streamOf(reader, `SELECT ${row} AS \`row\` FROM \`${table}\``);
  let values: string[] = [];
  let bytes = 0;
  const statement = () => `INSERT INTO \`${table}\` (${names}) VALUES ${values.join(', ')};\n`;
  for await (const { row } of rows) {
    if (row === null) throw new Error(`a row of ${table} is larger than the server's max_allowed_packet`);
    const line = row.replaceAll('\n', '\\n'); // a line break can only be inside quotes
    values.push(line);
    bytes += line.length;
    if (bytes < statementBytes) continue;
    yield statement();
    values = [];
    bytes = 0;
  }
  if (values.length > 0) yield statement();
}

/** Streams rows, so that no table is in memory as a whole. */
function streamOf(reader: Connection, sql: string): AsyncIterable<{ row: string | null }> {
  const { connection } = reader as unknown as { connection: CallbackConnection };
  return connection.query(sql).stream({ highWaterMark: 1_000 }) as AsyncIterable<{ row: string | null }>;
}

async function columnsOf(reader: Connection, table: string): Promise<Column[]> {
  const [rows] = await reader.query(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = ? AND generation_expression IS NULL OR
       table_schema = DATABASE() AND table_name = ? AND generation_expression = '' ORDER BY ordinal_position`,
    [table, table],
  );
  return rows as Column[];
}

function literal({ name, type }: Column): string {
  if (/blob|binary/.test(type))
    return `IF(\`${name}\` IS NULL, 'NULL', CONCAT('X''', HEX(\`${name}\`), ''''))`;
  return `CONVERT(QUOTE(\`${name}\`) USING utf8mb4)`;
}
