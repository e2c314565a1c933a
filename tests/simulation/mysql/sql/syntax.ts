/** The result of parsing SQL. Names are as they were written. */

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | null }
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'isNull'; readonly operand: Expression }
  | { readonly kind: 'in'; readonly operand: Expression; readonly list: readonly Expression[] }
  /** (a, b): several values that are compared together. */
  | { readonly kind: 'row'; readonly items: readonly Expression[] }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'aggregate'; readonly name: Aggregate; readonly argument: Expression | undefined }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: Expression; readonly then: Expression }[];
      readonly otherwise: Expression;
    }
  | { readonly kind: 'exists'; readonly select: Select }
  | { readonly kind: 'subquery'; readonly select: Select }
  | {
      readonly kind: 'rowNumber';
      readonly partitionBy: readonly Expression[];
      readonly orderBy: readonly Order[];
    }
  /** VALUES(column) of ON DUPLICATE KEY UPDATE. */
  | { readonly kind: 'inserted'; readonly name: string }
  | { readonly kind: 'default' };

export type Comparison = '=' | '<=>' | '<>' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '%';
export type BinaryOperator = Comparison | Arithmetic | 'AND' | 'OR' | 'LIKE';
export type Aggregate = 'COUNT' | 'SUM' | 'MIN' | 'MAX';

export interface Order {
  readonly by: Expression;
  readonly isDescending: boolean;
}

/** A table in FROM, or a query in its place. */
export interface Source {
  readonly from: string | Select;
  readonly alias: string;
  /** FORCE INDEX or USE INDEX. */
  readonly index: string | undefined;
  readonly on: Expression | undefined;
}

export interface Select {
  readonly kind: 'select';
  readonly items: readonly (Item | '*')[];
  readonly from: readonly Source[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly Order[];
  readonly limit: Expression | undefined;
  readonly lock: 'none' | 'wait' | 'skip';
}

export interface Item {
  readonly value: Expression;
  /** Empty if it has no name. */
  readonly name: string;
}

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export interface Insert {
  readonly kind: 'insert';
  readonly table: string;
  readonly onDuplicate: 'fail' | 'ignore' | 'replace' | readonly Assignment[];
  /** undefined means all columns, in their order. */
  readonly columns: readonly string[] | undefined;
  /** If there is a placeholder, the rows are in an array. */
  readonly rows: readonly (readonly Expression[])[] | Select | Extract<Expression, { kind: 'parameter' }>;
}

export interface Update {
  readonly kind: 'update';
  readonly source: Source;
  readonly assignments: readonly Assignment[];
  readonly where: Expression | undefined;
}

export interface Delete {
  readonly kind: 'delete';
  readonly source: Source;
  readonly where: Expression | undefined;
  readonly limit: Expression | undefined;
}

export type TransactionControl =
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'isolation' }
  | { readonly kind: 'savepoint' | 'rollbackTo' | 'release'; readonly name: string };

export interface ColumnDefinition {
  readonly name: string;
  /** The type in upper case, e.g. `VARCHAR`; what is in its parentheses follows. */
  readonly type: string;
  readonly arguments: readonly (string | number)[];
  readonly isUnsigned: boolean;
  readonly collation: string | undefined;
  readonly isNullable: boolean;
  readonly isAutoIncrement: boolean;
  readonly default: string | number | null | undefined;
}

export type Constraint =
  | {
      readonly kind: 'index';
      readonly name: string;
      readonly columns: readonly string[];
      readonly isUnique: boolean;
    }
  | { readonly kind: 'check'; readonly name: string; readonly condition: Expression }
  | {
      readonly kind: 'foreignKey';
      readonly name: string;
      readonly columns: readonly string[];
      readonly parent: string;
      readonly parentColumns: readonly string[];
      readonly onDelete: 'restrict' | 'cascade';
    };

export type Change =
  | { readonly kind: 'addColumn' | 'modifyColumn'; readonly column: ColumnDefinition }
  | { readonly kind: 'add'; readonly constraint: Constraint }
  | { readonly kind: 'dropColumn' | 'dropIndex'; readonly name: string };

export type Definition =
  | {
      readonly kind: 'createTable';
      readonly table: string;
      readonly ifNotExists: boolean;
      readonly columns: readonly ColumnDefinition[];
      readonly constraints: readonly Constraint[];
      readonly collation: string | undefined;
    }
  | { readonly kind: 'alterTable'; readonly table: string; readonly changes: readonly Change[] }
  | { readonly kind: 'dropTable'; readonly table: string; readonly ifExists: boolean };

export type Statement = Select | Insert | Update | Delete | TransactionControl | Definition;
