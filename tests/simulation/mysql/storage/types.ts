import { collations, defaultCollation } from './collations.ts';
import { errors, NotSupported, ServerError } from '../errors.ts';

/**
 * How values are stored: instants as ms since 1970, binary strings as text with one character for each byte. Literals, and values
 * that a client gives for placeholders, stay as they are until they meet the type of a column.
 */
export type Value = number | string | null;
export type NotNull = number | string;

/** The values of a row, in the order of the columns. They never change: a new version of the row has new ones. */
export type Values = readonly Value[];

export interface Type {
  readonly kind: 'number' | 'text' | 'enum' | 'binary' | 'instant' | 'given';
  /** Values of types with the same name can be compared. */
  readonly name: string;
  readonly isUnsigned?: boolean;
  readonly compare: (left: NotNull, right: NotNull) => number;
  /** Converts a given value for comparison with values of this type. */
  readonly read: (given: unknown) => Value;
  /** Converts a given value for storage in a column of this type. */
  readonly write: (given: unknown) => Value;
  /**
   * Makes sure that a column can store the value.
   * @throws ServerError, as in strict mode
   */
  readonly check: (value: NotNull, column: string) => void;
  /** Converts a value into what mysql2 gives the client. */
  readonly show: (value: Value) => unknown;
}

const byOrder = (left: NotNull, right: NotNull) => (left < right ? -1 : left > right ? 1 : 0);
const asIs = (value: Value): unknown => value;
/** BIGINT and DECIMAL are texts, because TypeORM sets `bigNumberStrings`. */
const asText = (value: Value): unknown => (value === null ? null : String(value));

function readNumber(value: unknown): Value {
  if (typeof value === 'number' || value === null) return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string' && /^-?\d+(\.\d+)?(e-?\d+)?$/i.test(value)) return Number(value);
  throw new NotSupported(`${describe(value)} as a number`);
}

const number = {
  kind: 'number',
  name: 'number',
  compare: byOrder,
  read: readNumber,
  write: readNumber,
} as const;

/** Whole numbers of this many bytes. Numbers beyond 2^53 would not be exact, so they are refused. */
export function integer(bytes: number, isUnsigned: boolean): Type {
  const values = 2 ** (8 * bytes);
  const least = isUnsigned ? 0 : -values / 2;
  const check = (value: NotNull, column: string) => {
    if (!Number.isSafeInteger(value)) throw new NotSupported(`${value} in a column of whole numbers`);
    if ((value as number) < least || (value as number) >= least + values) {
      throw new ServerError(errors.outOfRange, `Out of range value for column '${column}' at row 1`);
    }
  };
  return { ...number, isUnsigned, check, show: bytes === 8 ? asText : asIs };
}

export const bigint = integer(8, false);
/** The type of comparisons and conditions: 0 or 1. */
export const truth = integer(4, false);
export const double: Type = { ...number, check: () => undefined, show: asIs };
export const decimal: Type = { ...double, show: asText };

/** The type of literals and placeholders. */
export const given: Type = {
  kind: 'given',
  name: 'given',
  compare: (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return left - right;
    if (typeof left === 'string' && typeof right === 'string')
      return collations[defaultCollation](left, right);
    throw new NotSupported(`comparing ${describe(left)} with ${describe(right)}`);
  },
  read: (value) => value as Value,
  write: (value) => value as Value,
  check: () => undefined,
  show: (value) => {
    if (value === null || typeof value === 'number' || typeof value === 'string') return value;
    throw new NotSupported(`${describe(value)} as a result`);
  },
};

const instantText = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?)?$/;

function readInstant(value: unknown): Value {
  if (value instanceof Date) return value.getTime();
  if (value === null) return null;
  const match = typeof value === 'string' ? instantText.exec(value) : null;
  if (match === null) throw new NotSupported(`${describe(value)} as an instant`);
  const parts = match.slice(1, 7).map((part: string | undefined) => Number(part ?? 0));
  const [year = 0, month = 1, day = 1, hour, minute, second] = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second, Number((match[7] ?? '').padEnd(3, '0')));
}

/** DATETIME(3), in UTC. */
export const instant: Type = {
  kind: 'instant',
  name: 'instant',
  compare: byOrder,
  read: readInstant,
  write: readInstant,
  check: () => undefined,
  show: (value) => (value === null ? null : new Date(value)),
};

function readText(value: unknown): Value {
  if (typeof value === 'string' || value === null) return value;
  throw new NotSupported(`${describe(value)} as a text`);
}

const isAscii = (value: string) => !/[^\0-\x7f]/.test(value);

/** @param characters the greatest length */
export function text(collation: string, characters: number): Type {
  const compare = (collations as Record<string, unknown>)[collation] as Type['compare'] | undefined;
  if (compare === undefined) throw new NotSupported(`the collation ${collation}`);
  const isForAscii = collation.startsWith('ascii');
  return {
    kind: 'text',
    name: `text ${collation}`,
    compare,
    read: readText,
    write: (value) => (typeof value === 'number' ? String(value) : readText(value)),
    show: asIs,
    check: (value, column) => {
      if (isForAscii && !isAscii(value as string)) {
        throw new ServerError(errors.wrongString, `Incorrect string value for column '${column}' at row 1`);
      }
      checkLength(value as string, characters, column);
    },
  };
}

/** CHAR drops spaces at the end, which is not supported here. */
export function char(collation: string, characters: number): Type {
  const type = text(collation, characters);
  const check: Type['check'] = (value, column) => {
    if ((value as string).endsWith(' ')) throw new NotSupported('a CHAR with a space at the end');
    type.check(value, column);
  };
  return { ...type, check };
}

function checkLength(value: string, most: number, column: string): void {
  if (value.length > most && Array.from(value).length > most) {
    throw new ServerError(errors.dataTooLong, `Data too long for column '${column}' at row 1`);
  }
}

export function enumeration(collation: string, members: readonly string[]): Type {
  const { compare } = text(collation, Infinity);
  const ordinal = (value: NotNull) => members.indexOf(value as string);
  const read = (value: unknown): Value => {
    if (typeof value !== 'string' || members.includes(value)) return readText(value);
    return members.find((member) => compare(member, value) === 0) ?? value;
  };
  return {
    kind: 'enum',
    name: `enum ${members.join()}`,
    compare: (left, right) => ordinal(left) - ordinal(right),
    read,
    write: read,
    show: asIs,
    check: (value, column) => {
      if (members.includes(value as string)) return;
      throw new ServerError(errors.truncated, `Data truncated for column '${column}' at row 1`);
    },
  };
}

function readBytes(value: unknown): Value {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  return typeof value === 'string' ? Buffer.from(value).toString('latin1') : readText(value);
}

/** @param isFixed BINARY, which pads values that are too short; that is not supported here */
export const binary = (bytes: number, isFixed = false): Type => ({
  kind: 'binary',
  name: 'binary',
  compare: byOrder,
  read: readBytes,
  write: readBytes,
  show: (value) => (value === null ? null : Buffer.from(value as string, 'latin1')),
  check: (value, column) => {
    checkLength(value as string, bytes, column);
    if (isFixed && (value as string).length < bytes) throw new NotSupported('a short BINARY');
  },
});

const describe = (value: unknown): string =>
  value instanceof Date ? `the instant ${value.toISOString()}` : `${typeof value} ${JSON.stringify(value)}`;
