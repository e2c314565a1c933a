import { defaultCollation } from '../storage/collations.ts';
import { NotSupported } from '../errors.ts';
import type { Schema, TableSchema } from '../storage/schema.ts';
import { bigint, text } from '../storage/types.ts';
import type { Type, Value, Values } from '../storage/types.ts';

const word = text(defaultCollation, Infinity);

/** The views that can be queried, with a few of their columns. */
const views: Readonly<
  Record<string, { columns: string[]; rowsOf: (table: TableSchema) => Value[][] } | undefined>
> = {
  'INFORMATION_SCHEMA.TABLES': { columns: [], rowsOf: () => [[]] },
  'INFORMATION_SCHEMA.COLUMNS': {
    columns: ['COLUMN_NAME'],
    rowsOf: ({ columns }) => columns.map(({ name }) => [name]),
  },
  'INFORMATION_SCHEMA.STATISTICS': {
    columns: ['INDEX_NAME', 'SEQ_IN_INDEX', 'COLUMN_NAME'],
    rowsOf: ({ columns, indexes }) =>
      indexes.flatMap((index) =>
        index.columns.map((column, i) => [index.name, i + 1, columns[column]?.name ?? null]),
      ),
  },
};

/** A view of `information_schema`. When tables change there is a new schema, so the rows are valid as long as the statement. */
export function informationSchema(name: string, { database, tables }: Schema) {
  const view = views[name];
  if (view === undefined) throw new NotSupported(name);
  const columns = ['TABLE_SCHEMA', 'TABLE_NAME', ...view.columns].map(
    (column): { name: string; type: Type } => ({
      name: column,
      type: column === 'SEQ_IN_INDEX' ? bigint : word,
    }),
  );
  const rows: Values[] = [...tables.values()].flatMap((table) =>
    view.rowsOf(table).map((values) => [database, table.name, ...values]),
  );
  return { columns, rows };
}
