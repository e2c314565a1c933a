import type { Connection, QueryError } from 'mysql2';
import { outside } from '../world/settled.ts';

/** What mysql2 passes on of a write. */
export interface Written {
  readonly affectedRows: number;
  readonly insertId: number;
}

/** @returns of several statements a list of results */
export const ask = <Result>(
  connection: Connection,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Result> =>
  outside(
    new Promise((resolve, reject) => {
      connection.query(
        sql,
        parameters as unknown[] as string[],
        (error: QueryError | null, result: unknown) => {
          if (error) reject(error);
          else resolve(result as Result);
        },
      );
    }),
  );
