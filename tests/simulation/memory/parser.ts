/*
 * The part of MySQL's language that the services write, and that TypeORM writes for them. By hand: parsers that can be had take
 * neither arrays for placeholders nor all of the locking clauses.
 */

export type Expression =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'placeholder'; readonly index: number }
  | { readonly kind: 'column'; readonly table: string | undefined; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'operator'; readonly operator: string; readonly args: readonly Expression[] }
  | {
      readonly kind: 'in';
      readonly value: Expression;
      readonly among: readonly Expression[];
      readonly not: boolean;
    }
  | {
      readonly kind: 'case';
      readonly on: Expression | undefined;
      readonly whens: readonly (readonly [Expression, Expression])[];
      readonly otherwise: Expression | undefined;
    }
  | { readonly kind: 'subselect'; readonly select: Select; readonly exists: boolean };

export interface TableReference {
  readonly name: string;
  readonly alias: string;
  /** Of a JOIN; undefined for the first table. */
  readonly on: Expression | undefined;
  readonly isLeft: boolean;
}

export interface Select {
  readonly kind: 'select';
  readonly columns: readonly { readonly value: Expression; readonly alias: string }[];
  readonly from: readonly TableReference[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly orderBy: readonly { readonly value: Expression; readonly isDescending: boolean }[];
  readonly limit: Expression | undefined;
  readonly lock: 'none' | 'wait' | 'skip';
}

interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export interface Insert {
  readonly kind: 'insert';
  readonly table: string;
  readonly columns: readonly string[];
  /** `VALUES ?` has the rows in its one placeholder. An undefined value is the column's default. */
  readonly rows: readonly (readonly (Expression | undefined)[])[] | Expression | Select;
  readonly isIgnoring: boolean;
  readonly onDuplicate: readonly Assignment[];
}

export interface Update {
  readonly kind: 'update';
  readonly table: string;
  readonly set: readonly Assignment[];
  readonly where: Expression | undefined;
}

export interface Delete {
  readonly kind: 'delete';
  readonly table: string;
  readonly where: Expression | undefined;
  readonly limit: Expression | undefined;
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly isNullable: boolean;
  readonly isAutoIncrement: boolean;
  readonly byDefault: unknown;
}

export interface Definition {
  readonly columns: readonly ColumnDefinition[];
  /** The primary key first, then the other unique keys. */
  readonly keys: readonly { readonly isPrimary: boolean; readonly columns: readonly string[] }[];
  readonly checks: readonly Expression[];
}

export interface Create extends Definition {
  readonly kind: 'create' | 'alter';
  readonly table: string;
}

/** What needs no work here: an index, the isolation level. */
export interface Nothing {
  readonly kind: 'nothing';
}

export type Statement = Select | Insert | Update | Delete | Create | Nothing;

const token =
  /\s+|--[^\n]*|(?<word>[A-Za-z_][A-Za-z0-9_]*)|`(?<quoted>[^`]+)`|'(?<text>(?:[^'\\]|''|\\.)*)'|(?<number>\d+(?:\.\d+)?)|(?<symbol><=>|<>|!=|<=|>=|[-+*/%(),.=<>?;])/gy;

interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < sql.length) {
    const groups = token.exec(sql)?.groups;
    if (groups === undefined) throw new Error(`cannot be read: ${sql}`);
    for (const kind of ['word', 'quoted', 'text', 'number', 'symbol'] as const) {
      if (groups[kind] !== undefined) tokens.push({ kind, text: groups[kind] });
    }
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** @throws quoting what is not understood */
export const parse = (sql: string): Statement => new Parser(sql).statement();

const comparisons = ['=', '<>', '!=', '<', '>', '<=', '>=', '<=>'];
const endsOfAlias = new Set(
  'FROM WHERE ORDER GROUP LIMIT FOR JOIN LEFT INNER ON USE FORCE SET VALUES STRAIGHT_JOIN HAVING UNION'.split(
    ' ',
  ),
);

class Parser {
  readonly #sql: string;
  readonly #tokens: Token[];
  #at = 0;
  #placeholders = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokensOf(sql);
  }

  statement(): Statement {
    const statement = this.#statement();
    this.#eat(';');
    if (this.#next.kind !== 'end') this.#fail();
    return statement;
  }

  #statement(): Statement {
    if (this.#eat('SELECT')) return this.#select();
    if (this.#eat('INSERT')) return this.#insert();
    if (this.#eat('UPDATE')) return this.#update();
    if (this.#eat('DELETE')) return this.#delete();
    if (this.#eat('CREATE', 'TABLE')) return this.#create();
    if (this.#eat('ALTER', 'TABLE')) return this.#alter();
    if (this.#eat('SET', 'TRANSACTION') || this.#eat('CREATE', 'INDEX')) return this.#nothing();
    return this.#fail();
  }

  #nothing(): Nothing {
    this.#at = this.#tokens.length - 1;
    return { kind: 'nothing' };
  }

  #select(): Select {
    const columns = this.#list(() => {
      const start = this.#at;
      const value = this.#expression();
      const text = this.#tokens.slice(start, this.#at).map((one) => one.text);
      this.#eat('AS');
      const hasAlias = this.#next.kind === 'quoted' || this.#isPlainWord();
      const column = value.kind === 'column' ? value.name : text.join('');
      return { value, alias: hasAlias ? this.#name() : column };
    });
    const from = this.#eat('FROM') ? this.#tables() : [];
    const where = this.#eat('WHERE') ? this.#expression() : undefined;
    const groupBy = this.#eat('GROUP', 'BY') ? this.#list(() => this.#expression()) : [];
    const orderBy = this.#eat('ORDER', 'BY')
      ? this.#list(() => {
          const value = this.#expression();
          const isDescending = this.#eat('DESC');
          this.#eat('ASC');
          return { value, isDescending };
        })
      : [];
    const limit = this.#eat('LIMIT') ? this.#primary() : undefined;
    const isLocking = this.#eat('FOR', 'UPDATE');
    const lock = !isLocking ? 'none' : this.#eat('SKIP', 'LOCKED') ? 'skip' : 'wait';
    return { kind: 'select', columns, from, where, groupBy, orderBy, limit, lock };
  }

  #tables(): TableReference[] {
    const tables = [this.#table(false)];
    for (;;) {
      const isLeft = this.#eat('LEFT');
      if (!this.#eat('JOIN') && !this.#eat('INNER', 'JOIN')) return tables;
      tables.push(this.#table(isLeft));
    }
  }

  #table(isLeft: boolean): TableReference {
    const name = this.#name();
    this.#eat('AS');
    const hasAlias = this.#next.kind === 'quoted' || this.#isPlainWord();
    const alias = hasAlias ? this.#name() : name;
    if (this.#eat('USE', 'INDEX') || this.#eat('FORCE', 'INDEX')) this.#inBrackets(() => this.#name());
    const on = this.#eat('ON') ? this.#expression() : undefined;
    return { name, alias, on, isLeft };
  }

  #insert(): Insert {
    const isIgnoring = this.#eat('IGNORE');
    this.#expect('INTO');
    const table = this.#name();
    const columns = this.#inBrackets(() => this.#list(() => this.#name()));
    const rows = this.#rows();
    const onDuplicate = this.#eat('ON', 'DUPLICATE', 'KEY', 'UPDATE') ? this.#assignments() : [];
    return { kind: 'insert', table, columns, rows, isIgnoring, onDuplicate };
  }

  #rows(): Insert['rows'] {
    if (this.#eat('SELECT')) return this.#select();
    this.#expect('VALUES');
    if (this.#peek('?')) return this.#primary();
    return this.#list(() =>
      this.#inBrackets(() => this.#list(() => (this.#eat('DEFAULT') ? undefined : this.#expression()))),
    );
  }

  #update(): Update {
    const table = this.#name();
    if (this.#eat('FORCE', 'INDEX')) this.#inBrackets(() => this.#name());
    this.#expect('SET');
    const set = this.#assignments();
    const where = this.#eat('WHERE') ? this.#expression() : undefined;
    return { kind: 'update', table, set, where };
  }

  #delete(): Delete {
    this.#expect('FROM');
    const table = this.#name();
    const where = this.#eat('WHERE') ? this.#expression() : undefined;
    const limit = this.#eat('LIMIT') ? this.#primary() : undefined;
    return { kind: 'delete', table, where, limit };
  }

  #assignments(): Assignment[] {
    return this.#list(() => {
      const name = this.#name();
      const column = this.#eat('.') ? this.#name() : name;
      this.#expect('=');
      return { column, value: this.#expression() };
    });
  }

  #create(): Create {
    this.#eat('IF', 'NOT', 'EXISTS');
    const table = this.#name();
    const parts = this.#inBrackets(() => this.#list(() => this.#part()));
    this.#nothing(); // the engine's options
    return { kind: 'create', table, ...together(parts) };
  }

  #alter(): Create {
    const table = this.#name();
    const parts = this.#list(() => {
      this.#expect('ADD');
      this.#eat('COLUMN');
      return this.#part();
    });
    return { kind: 'alter', table, ...together(parts) };
  }

  /** A column, a key or a constraint. */
  #part(): Definition {
    if (this.#eat('KEY')) {
      this.#name();
      this.#names();
      return none;
    }
    if (this.#eat('PRIMARY', 'KEY')) return { ...none, keys: [{ isPrimary: true, columns: this.#names() }] };
    if (this.#eat('UNIQUE', 'KEY')) {
      this.#name();
      return { ...none, keys: [{ isPrimary: false, columns: this.#names() }] };
    }
    if (this.#eat('CONSTRAINT')) {
      this.#name();
      if (this.#eat('CHECK')) return { ...none, checks: [this.#inBrackets(() => this.#expression())] };
      // Nothing that a foreign key points at is deleted here.
      while (!this.#peek(',') && !this.#peek(')')) {
        if (this.#peek('(')) this.#names();
        else this.#at++;
      }
      return none;
    }
    return this.#column();
  }

  #column(): Definition {
    const name = this.#name();
    const type = this.#name().toUpperCase();
    if (this.#peek('(')) this.#inBrackets(() => this.#list(() => this.#primary()));
    let isNullable = true;
    let isPrimary = false;
    let isAutoIncrement = false;
    let byDefault: unknown;
    for (;;) {
      if (this.#eat('NOT', 'NULL')) isNullable = false;
      else if (this.#eat('NULL') || this.#eat('UNSIGNED')) continue;
      else if (this.#eat('CHARACTER', 'SET') || this.#eat('COLLATE') || this.#eat('COMMENT')) this.#at++;
      else if (this.#eat('PRIMARY', 'KEY')) isPrimary = true;
      else if (this.#eat('AUTO_INCREMENT')) isAutoIncrement = true;
      else if (this.#eat('AFTER')) this.#name();
      else if (this.#eat('DEFAULT')) {
        const value = this.#primary();
        byDefault = value.kind === 'value' ? value.value : this.#fail();
      } else break;
    }
    const column = { name, type, isNullable: isNullable && !isPrimary, isAutoIncrement, byDefault };
    return { ...none, columns: [column], keys: isPrimary ? [{ isPrimary, columns: [name] }] : [] };
  }

  #names(): string[] {
    return this.#inBrackets(() => this.#list(() => this.#name()));
  }

  #expression(): Expression {
    return this.#chain('OR', () => this.#chain('AND', () => this.#not()));
  }

  #chain(operator: string, operand: () => Expression): Expression {
    const args = [operand()];
    while (this.#eat(operator)) args.push(operand());
    return args.length === 1 ? (args[0] as Expression) : { kind: 'operator', operator, args };
  }

  #not(): Expression {
    if (!this.#eat('NOT')) return this.#comparison();
    return { kind: 'operator', operator: 'NOT', args: [this.#not()] };
  }

  #comparison(): Expression {
    const left = this.#sum();
    for (const operator of comparisons) {
      if (this.#eat(operator)) return { kind: 'operator', operator, args: [left, this.#sum()] };
    }
    if (this.#eat('IS', 'NOT', 'NULL')) return { kind: 'operator', operator: 'IS NOT NULL', args: [left] };
    if (this.#eat('IS', 'NULL')) return { kind: 'operator', operator: 'IS NULL', args: [left] };
    if (this.#eat('BETWEEN')) {
      const least = this.#sum();
      this.#expect('AND');
      return { kind: 'operator', operator: 'BETWEEN', args: [left, least, this.#sum()] };
    }
    const not = this.#eat('NOT', 'IN');
    if (!not && !this.#eat('IN')) return left;
    const among = this.#inBrackets(() => (this.#peek(')') ? [] : this.#list(() => this.#expression())));
    return { kind: 'in', value: left, among, not };
  }

  #sum(): Expression {
    let left = this.#product();
    for (;;) {
      const operator = ['+', '-'].find((one) => this.#eat(one));
      if (operator === undefined) return left;
      left = { kind: 'operator', operator, args: [left, this.#product()] };
    }
  }

  #product(): Expression {
    let left = this.#primary();
    for (;;) {
      const operator = ['*', '/', '%'].find((one) => this.#eat(one));
      if (operator === undefined) return left;
      left = { kind: 'operator', operator, args: [left, this.#primary()] };
    }
  }

  #primary(): Expression {
    if (this.#eat('?')) return { kind: 'placeholder', index: this.#placeholders++ };
    if (this.#eat('NULL')) return { kind: 'value', value: null };
    if (this.#eat('CASE')) return this.#case();
    if (this.#eat('EXISTS')) return this.#inBrackets(() => this.#subselect(true));
    if (this.#eat('(')) {
      const inner = this.#peek('SELECT') ? this.#subselect(false) : this.#expression();
      this.#expect(')');
      return inner;
    }
    const { kind, text } = this.#next;
    if (kind === 'number' || kind === 'text') {
      this.#at++;
      return { kind: 'value', value: kind === 'number' ? Number(text) : text.replaceAll("''", "'") };
    }
    const name = this.#name();
    if (kind === 'word' && this.#peek('(')) return this.#call(name.toUpperCase());
    if (this.#eat('.')) return { kind: 'column', table: name, name: this.#name() };
    return { kind: 'column', table: undefined, name };
  }

  #call(name: string): Expression {
    const args = this.#inBrackets(() => {
      this.#eat('DISTINCT');
      if (this.#peek(')') || this.#eat('*')) return [];
      return this.#list(() => this.#expression());
    });
    return { kind: 'call', name, args };
  }

  #case(): Expression {
    const on = this.#peek('WHEN') ? undefined : this.#expression();
    const whens: [Expression, Expression][] = [];
    while (this.#eat('WHEN')) {
      const when = this.#expression();
      this.#expect('THEN');
      whens.push([when, this.#expression()]);
    }
    const otherwise = this.#eat('ELSE') ? this.#expression() : undefined;
    this.#expect('END');
    return { kind: 'case', on, whens, otherwise };
  }

  #subselect(exists: boolean): Expression {
    this.#expect('SELECT');
    return { kind: 'subselect', select: this.#select(), exists };
  }

  #list<T>(one: () => T): T[] {
    const all = [one()];
    while (this.#eat(',')) all.push(one());
    return all;
  }

  #inBrackets<T>(inner: () => T): T {
    this.#expect('(');
    const result = inner();
    this.#expect(')');
    return result;
  }

  get #next(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #isPlainWord(): boolean {
    return this.#next.kind === 'word' && !endsOfAlias.has(this.#next.text.toUpperCase());
  }

  #peek(text: string): boolean {
    return matches(this.#next, text);
  }

  /** Goes on behind these words or this symbol when they are next. */
  #eat(...texts: string[]): boolean {
    const isNext = texts.every((text, index) => matches(this.#tokens[this.#at + index], text));
    if (isNext) this.#at += texts.length;
    return isNext;
  }

  #expect(text: string): void {
    if (!this.#eat(text)) this.#fail();
  }

  #name(): string {
    const { kind, text } = this.#next;
    if (kind !== 'word' && kind !== 'quoted') this.#fail();
    this.#at++;
    return text;
  }

  #fail(): never {
    throw new Error(`the database in memory does not know what "${this.#next.text}" means in: ${this.#sql}`);
  }
}

const matches = (one: Token | undefined, text: string): boolean =>
  one?.kind === 'symbol' ? one.text === text : one?.kind === 'word' && one.text.toUpperCase() === text;

const none: Definition = { columns: [], keys: [], checks: [] };

const together = (parts: readonly Definition[]): Definition => ({
  columns: parts.flatMap(({ columns }) => columns),
  keys: parts.flatMap(({ keys }) => keys).toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary)),
  checks: parts.flatMap(({ checks }) => checks),
});
