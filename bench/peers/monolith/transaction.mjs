const passing = ['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT'];
const mostAttempts = 5;

/** Undoes what a transaction has done; its answer is `answer`. */
export class Undo {
  constructor(answer) {
    this.answer = answer;
  }
}

export const refuse = (code, message) => new Undo({ __typename: 'Refusal', code, message, retryable: false });

/** Does the work in a transaction, again after a deadlock. `ask` runs one statement and gives its rows or its result. */
export async function transaction(pool, work) {
  for (let attempt = 1; ; attempt++) {
    const connection = await pool.getConnection();
    const ask = async (sql, values) => (await connection.query(sql, values))[0];
    try {
      await ask('BEGIN');
      const answer = await work(ask);
      await ask(answer instanceof Undo ? 'ROLLBACK' : 'COMMIT');
      return answer instanceof Undo ? answer.answer : answer;
    } catch (error) {
      await ask('ROLLBACK');
      if (!passing.includes(error.code) || attempt === mostAttempts) throw error;
    } finally {
      connection.release();
    }
  }
}
