/** An error of the server, as mysql2 passes it on. */
export class ServerError extends Error {
  readonly errno: number;
  readonly code: string;
  readonly sqlState: string;
  readonly sqlMessage: string;

  constructor([errno, code, sqlState]: Kind, message: string) {
    super(message);
    this.errno = errno;
    this.code = code;
    this.sqlState = sqlState;
    this.sqlMessage = message;
  }
}

type Kind = readonly [errno: number, code: string, sqlState: string];

export const errors = {
  badNull: [1048, 'ER_BAD_NULL_ERROR', '23000'],
  noSuchColumn: [1054, 'ER_BAD_FIELD_ERROR', '42S22'],
  duplicateKeyName: [1061, 'ER_DUP_KEYNAME', '42000'],
  duplicateEntry: [1062, 'ER_DUP_ENTRY', '23000'],
  duplicateColumn: [1060, 'ER_DUP_FIELDNAME', '42S21'],
  syntax: [1064, 'ER_PARSE_ERROR', '42000'],
  tableExists: [1050, 'ER_TABLE_EXISTS_ERROR', '42S01'],
  noSuchTable: [1146, 'ER_NO_SUCH_TABLE', '42S02'],
  deadlock: [1213, 'ER_LOCK_DEADLOCK', '40001'],
  outOfRange: [1264, 'ER_WARN_DATA_OUT_OF_RANGE', '22003'],
  truncated: [1265, 'WARN_DATA_TRUNCATED', '01000'],
  wrongValue: [1292, 'ER_TRUNCATED_WRONG_VALUE', '22007'],
  noSavepoint: [1305, 'ER_SP_DOES_NOT_EXIST', '42000'],
  noDefault: [1364, 'ER_NO_DEFAULT_FOR_FIELD', 'HY000'],
  wrongString: [1366, 'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 'HY000'],
  dataTooLong: [1406, 'ER_DATA_TOO_LONG', '22001'],
  parentHasChildren: [1451, 'ER_ROW_IS_REFERENCED_2', '23000'],
  noParent: [1452, 'ER_NO_REFERENCED_ROW_2', '23000'],
  outOfRangeResult: [1690, 'ER_DATA_OUT_OF_RANGE', '22003'],
  checkViolated: [3819, 'ER_CHECK_CONSTRAINT_VIOLATED', 'HY000'],
} as const satisfies Record<string, Kind>;

/** SQL, or a value, that is not known here. An error is better than a guess. It has no `code`, because no server produced it. */
export class NotSupported extends Error {
  constructor(what: string) {
    super(`the in-memory MySQL does not know ${what}`);
  }
}
