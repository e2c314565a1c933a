import { NotSupported } from '../errors.ts';

type Kind = 'word' | 'name' | 'number' | 'text' | 'parameter' | 'symbol' | 'end';

interface Token {
  readonly kind: Kind;
  /** Words in upper case; for names and literal texts, what they stand for. */
  readonly text: string;
  /** The text as it was written. */
  readonly written: string;
}

const lexeme =
  /\s*(?:(?<word>[A-Za-z_]\w*)|`(?<name>[^`]+)`|(?<number>\d+(?:\.\d+)?)|'(?<text>(?:[^'\\]|''|\\[\s\S])*)'|(?<parameter>\?)|(?<symbol><=>|<>|!=|<=|>=|[-+*/%=<>(),.])|(?<end>$))/y;

/** The words, names, literals and signs of a statement, which the parser takes one after the other. */
export class Tokens {
  readonly #tokens: Token[] = [];
  #at = 0;
  /** How many placeholders have been taken. */
  parameters = 0;

  /** The database with which names of tables may begin. */
  readonly #database: string;

  constructor(sql: string, database: string) {
    this.#database = database;
    lexeme.lastIndex = 0;
    for (;;) {
      const from = lexeme.lastIndex;
      const match = lexeme.exec(sql);
      if (match === null) throw new NotSupported(`what begins with "${sql.slice(from, from + 40)}"`);
      const [written] = match;
      const [kind, text] = Object.entries(match.groups ?? {}).find(
        ([, group]) => (group as string | undefined) !== undefined,
      ) as [Kind, string];
      this.#tokens.push({ kind, text: meaning(kind, text), written: written.trim() });
      if (kind === 'end') return;
    }
  }

  /** Takes these words or signs if all of them come next. */
  accept(...sequence: string[]): boolean {
    const isNext = sequence.every((text, ahead) => this.#is(text, ahead));
    if (isNext) this.#at += sequence.length;
    return isNext;
  }

  /** Takes one of these words or signs if it comes next. */
  acceptOneOf(...texts: string[]): string | undefined {
    return texts.find((text) => this.accept(text));
  }

  expect(...sequence: string[]): void {
    if (!this.accept(...sequence)) this.fail(`instead of ${sequence.join(' ')}`);
  }

  /** Whether these words or signs come next. Takes none of them. */
  isNext(...sequence: string[]): boolean {
    return sequence.every((text, ahead) => this.#is(text, ahead));
  }

  isWordNext(): boolean {
    return this.#tokens[this.#at]?.kind === 'word';
  }

  acceptKind(kind: Kind): string | undefined {
    const token = this.#tokens[this.#at] as Token;
    if (token.kind !== kind) return undefined;
    this.#at++;
    if (kind === 'parameter') this.parameters++;
    return token.text;
  }

  /** A name, quoted or not. */
  name(): string {
    const { written } = this.#tokens[this.#at] as Token;
    const quoted = this.acceptKind('name');
    if (quoted !== undefined) return quoted;
    return this.acceptKind('word') === undefined ? this.fail('instead of a name') : written;
  }

  /** The name of a table, which belongs to the database, or begins with `information_schema`. */
  table(): string {
    const first = this.name();
    if (!this.accept('.')) return first;
    if (first.toUpperCase() === 'INFORMATION_SCHEMA') return `${first}.${this.name()}`.toUpperCase();
    return first === this.#database ? this.name() : this.fail(`in the database ${first}`);
  }

  text(): string {
    return this.acceptKind('text') ?? this.fail('instead of a text');
  }

  number(): number {
    return Number(this.acceptKind('number') ?? this.fail('instead of a number'));
  }

  /** The items between parentheses, separated by commas. */
  list<T>(item: () => T): T[] {
    this.expect('(');
    const items = this.several(item);
    this.expect(')');
    return items;
  }

  several<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  end(): void {
    if (this.acceptKind('end') === undefined) this.fail('here');
  }

  fail(why: string): never {
    const rest = this.#tokens.slice(this.#at, this.#at + 6).map(({ written }) => written);
    throw new NotSupported(`"${rest.join(' ')}" ${why}`);
  }

  #is(text: string, ahead: number): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.text === text && (token.kind === 'word' || token.kind === 'symbol');
  }
}

function meaning(kind: Kind, text: string): string {
  if (kind === 'word') return text.toUpperCase();
  if (kind !== 'text') return text;
  return text.replaceAll(/''|\\([\s\S])/g, (_, escaped?: string) => {
    if (escaped === undefined) return "'";
    if ('nrt0bZ'.includes(escaped)) throw new NotSupported(`the escape \\${escaped}`);
    // In a pattern of LIKE, these two keep their backslash.
    return escaped === '%' || escaped === '_' ? `\\${escaped}` : escaped;
  });
}
