import { compile } from '../expressions/compile.ts';
import type { Frame } from '../expressions/frame.ts';
import { compileGrouping } from './grouping.ts';
import { usesOf } from '../expressions/operators.ts';
import { compileOrder, isInOrder, sorted } from './order.ts';
import type { Candidate, Sorting } from './order.ts';
import { compileRowNumbers } from './row-numbers.ts';
import type { RowNumbers } from './row-numbers.ts';
import { conjuncts, plan, visit } from './scan.ts';
import type { Level, Planned } from './scan.ts';
import { Scope } from '../expressions/scope.ts';
import type { Compiled } from '../expressions/scope.ts';
import type { Schema } from '../storage/schema.ts';
import { planSource } from './sources.ts';
import type { Item, Select } from '../sql/syntax.ts';
import type { Steps } from './steps.ts';
import type { Type, Value, Values } from '../storage/types.ts';

interface Output {
  readonly name: string;
  readonly type: Type;
}

/** A query that is ready to run. */
export class Query {
  readonly columns: readonly Output[];
  /** The slots of surrounding queries that it uses. */
  readonly uses: number;
  readonly #slots: readonly number[];
  readonly #levels: readonly Level[];
  readonly #locking: Select['lock'];
  readonly #rowNumbers: RowNumbers;
  readonly #grouping: ReturnType<typeof compileGrouping>;
  readonly #order: readonly Sorting[];
  readonly #comesInOrder: boolean;
  readonly #limit: Compiled | undefined;
  readonly #outputs: readonly Compiled[];

  /** @param around the query that contains this one, or the tables */
  constructor(select: Select, around: Scope | Schema) {
    const scope = around instanceof Scope ? new Scope(around.schema, around) : new Scope(around);
    const sources = select.from.map((source) => planSource(source, scope));
    const on = select.from.flatMap((source) => conjuncts(source.on));
    const { levels, uses } = plan(sources, [...on, ...conjuncts(select.where)], scope);
    this.#levels = levels;
    this.#locking = select.lock;
    const items = allItems(select.items, scope);
    this.#rowNumbers = compileRowNumbers(items, scope);
    this.#slots = scope.slots;
    const outputs = items.map(({ value }) => this.#rowNumbers.columns.get(value) ?? compile(value, scope));
    this.#outputs = outputs;
    this.columns = items.map(({ name }, i) => ({ name, type: (outputs[i] as Compiled).type }));
    const named = new Map(items.map(({ name }, i) => [name.toLowerCase(), outputs[i] as Compiled]));
    this.#order = compileOrder(select.orderBy, named, scope);
    this.#comesInOrder = this.#order.length === 0 || isOrdered(sources, levels, this.#order);
    this.#grouping = compileGrouping(select.groupBy, scope);
    this.#limit = select.limit && compile(select.limit, scope);
    this.uses = scope.outside(uses | usesOf([...outputs, ...this.#order.map(({ by }) => by)]));
  }

  /** @returns the values of the columns of each row */
  *run(frame: Frame): Steps<Values[]> {
    const most = this.#limit === undefined ? Infinity : Number(this.#limit.evaluate(frame));
    const around = frame.group;
    const look = ({ rows, group }: Candidate): Frame => {
      frame.lookAt(this.#slots, rows);
      frame.group = group;
      return frame;
    };
    let candidates = most === 0 ? [] : yield* this.#find(frame, most);
    this.#rowNumbers.assign(candidates, look);
    if (this.#grouping !== undefined) candidates = this.#grouping(candidates, look);
    if (!this.#comesInOrder || this.#grouping !== undefined)
      candidates = sorted(candidates, this.#order, look);
    const result = candidates.slice(0, most).map((candidate) => this.#project(look(candidate)));
    frame.group = around;
    return result;
  }

  *#find(frame: Frame, most: number): Steps<Candidate[]> {
    const found: Candidate[] = [];
    const isEachNeeded =
      !this.#comesInOrder || this.#grouping !== undefined || this.#rowNumbers.columns.size > 0;
    const enough = isEachNeeded ? Infinity : most;
    const onMatch = () => {
      found.push({ rows: frame.inSlots(this.#slots), group: [] });
      return found.length < enough;
    };
    yield* visit(frame, { levels: this.#levels, locking: this.#locking, onMatch });
    return found;
  }

  #project(frame: Frame): Values {
    const { length } = this.#outputs;
    const values: Value[] = new Array<Value>(length);
    for (let i = 0; i < length; i++) values[i] = (this.#outputs[i] as Compiled).evaluate(frame);
    return values;
  }
}

/** The items, in which `*` is replaced by its columns. */
const allItems = (items: Select['items'], scope: Scope): Item[] =>
  items.flatMap((item) => {
    if (item !== '*') return item;
    return scope.sources.flatMap(({ alias, columns }) =>
      columns.map(({ name }) => ({ name, value: { kind: 'column', table: alias, name } as const })),
    );
  });

/** Whether the rows of these sources are found in that order, without sorting. */
function isOrdered(
  sources: readonly Planned[],
  levels: readonly Level[],
  order: readonly Sorting[],
): boolean {
  const [planned, level] = [sources[0]?.source, levels[0]?.source];
  if (sources.length !== 1 || planned === undefined || level === undefined) return false;
  return 'path' in level && 'table' in planned && isInOrder(level.path, planned.table, order);
}
