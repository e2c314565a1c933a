import { Deletion, Updating } from './change.ts';
import { NotSupported } from '../errors.ts';
import type { Frame } from '../expressions/frame.ts';
import { Insertion } from './insert.ts';
import type { Written } from './insert.ts';
import type { Schema } from '../storage/schema.ts';
import { Query } from './select.ts';
import { parse } from '../sql/parse.ts';
import type { Definition, Select, TransactionControl } from '../sql/syntax.ts';
import type { Steps } from './steps.ts';
import type { Values } from '../storage/types.ts';

export type ResultRow = Record<string, unknown>;

/** A statement about the rows of tables. */
export interface Runnable {
  readonly kind: 'run';
  run(frame: Frame): Steps<ResultRow[] | Written>;
}

/** A statement that was parsed, and compiled for the tables. */
export type Prepared = Runnable | TransactionControl | Definition;

export function prepare(sql: string, schema: Schema): Prepared {
  const statement = parse(sql, schema.database);
  switch (statement.kind) {
    case 'select':
      return selection(statement, schema);
    case 'insert':
      return running(new Insertion(statement, schema));
    case 'update':
      return running(new Updating(statement, schema));
    case 'delete':
      return running(new Deletion(statement, schema));
    case 'begin':
    case 'commit':
    case 'rollback':
    case 'isolation':
    case 'savepoint':
    case 'rollbackTo':
    case 'release':
    case 'createTable':
    case 'alterTable':
    case 'dropTable':
      return statement;
  }
}

const running = (statement: { run(frame: Frame): Steps<Written> }): Runnable => ({
  kind: 'run',
  run: (frame) => statement.run(frame),
});

function selection(statement: Select, schema: Schema): Runnable {
  const query = new Query(statement, schema);
  if (query.columns.some(({ name }) => name === '')) throw new NotSupported('a result without a name');
  const show = (values: Values) => {
    const row: ResultRow = {};
    for (let i = 0; i < query.columns.length; i++) {
      const { name, type } = query.columns[i] as Query['columns'][0];
      row[name] = type.show(values[i] ?? null);
    }
    return row;
  };
  function* run(frame: Frame): Steps<ResultRow[]> {
    return (yield* query.run(frame)).map(show);
  }
  return { kind: 'run', run };
}
