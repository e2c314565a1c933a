import type { DataSource, QueryRunner } from 'typeorm';
import { currentTraceparent } from './trace.ts';
import type { Tracing } from './tracing.ts';

/** No statement of a service says more of itself in its first words; values are never part of it. */
const longestText = 500;

/**
 * Makes each statement that belongs to a request or an event a span beneath it. What looks for work by itself (relays, retention) belongs
 * to none and makes none: it would be most of what a collector gets. A batch is about many traces, and its statements are in none.
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
