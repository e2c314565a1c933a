import type { Frame } from '../expressions/frame.ts';
import { informationSchema } from './information-schema.ts';
import type { Planned } from './scan.ts';
import type { Scope } from '../expressions/scope.ts';
import { Query } from './select.ts';
import type { Source } from '../sql/syntax.ts';
import { runToEnd } from './steps.ts';

/** Adds the columns of a source to the scope, and says where its rows come from. */
export function planSource({ from, alias, index }: Source, scope: Scope): Planned {
  if (typeof from !== 'string') {
    const query = new Query(from, scope);
    const slot = scope.add(alias, query.columns);
    return { slot, source: { rows: (frame: Frame) => runToEnd(query.run(frame)) } };
  }
  if (from.startsWith('INFORMATION_SCHEMA.')) {
    const { columns, rows } = informationSchema(from, scope.schema);
    return { slot: scope.add(alias, columns), source: { rows: () => rows } };
  }
  const table = scope.schema.table(from);
  return { slot: scope.add(alias, table.columns), source: { table, hint: index } };
}
