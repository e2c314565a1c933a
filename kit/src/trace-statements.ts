import type { DataSource, QueryRunner } from 'typeorm';
import { currentTraceparent } from './trace.ts';
import type { Tracing } from './tracing.ts';

/** The first words of a statement are all that a span shows of it; values are never part of it. */
const longestText = 500;

/**
 * Makes a span of each statement that belongs to a request or an event, beneath the span of that. Work that starts by itself (relays, retention)
 * makes no spans, because they would be most of what a collector gets. Statements of a batch belong to many traces, so they make none.
 */
export function traceStatements(database: DataSource, tracing: Tracing): void {
  const createRunner = database.createQueryRunner.bind(database);
  database.createQueryRunner = (mode) => {
    const runner = createRunner(mode);
    const query = runner.query.bind(runner) as (...all: unknown[]) => Promise<unknown>;
    const traced = async (sql: string, ...others: unknown[]): Promise<unknown> => {
      const parent = currentTraceparent();
      if (parent === undefined) return query(sql, ...others);
      const span = tracing.start(nameOf(sql), 'CLIENT', parent, {
        'db.system.name': database.options.type,
        'db.query.text': sql.slice(0, longestText),
      });
      try {
        const answer = await query(sql, ...others);
        span.end();
        return answer;
      } catch (error) {
        span.end(error instanceof Error ? error : new Error(String(error)));
        throw error;
      }
    };
    runner.query = traced as QueryRunner['query'];
    return runner;
  };
}

/** e.g. "INSERT outbox", "COMMIT" */
function nameOf(sql: string): string {
  const verb = /\w+/.exec(sql)?.[0].toUpperCase() ?? 'statement';
  const table = /\b(?:FROM|INTO|UPDATE|IGNORE INTO)\s+`?(\w+)/i.exec(sql)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}
