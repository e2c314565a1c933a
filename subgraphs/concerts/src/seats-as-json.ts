import type { Attachment } from '@frontrow/kit/attachments';
import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, Kind } from 'graphql';
import type { GraphQLResolveInfo, SelectionNode } from 'graphql';
import { labelOf } from './domain/seat.ts';
import type { Seat } from './domain/seat.ts';

/** Making one piece takes about 2 ms. */
const seatsInAPiece = 1_000;

/** Each field of the schema's Seat as JSON. All fields are leaves, and none takes arguments. */
const asJson: Readonly<Record<string, (seat: Seat) => string>> = {
  __typename: () => '"Seat"',
  id: ({ id }) => `"${id}"`,
  section: ({ section }) => JSON.stringify(section),
  row: ({ row }) => String(row),
  number: ({ number }) => String(number),
  label: (seat) => JSON.stringify(labelOf(seat)),
  price: ({ price }) => String(price),
  status: ({ status }) => `"${status}"`,
  version: ({ version }) => String(version),
};

/** The fields that are asked for, by the names that they have in the answer, in order. */
export type SeatSelection = ReadonlyMap<string, string>;

/** The fields that a list of seats is asked for, as graphql-js would collect them. */
export function selectionOf({ fieldNodes, fragments, variableValues }: GraphQLResolveInfo): SeatSelection {
  const selected = new Map<string, string>();
  const isIncluded = (node: SelectionNode) =>
    getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.['if'] !== false;
  // A fragment that is valid here is on this type. When it is used again, its fields are in their places already.
  const spread = new Set<string>();
  const collect = (selections: readonly SelectionNode[] = []) => {
    for (const selection of selections.filter(isIncluded)) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias ?? selection.name;
        if (!selected.has(name.value)) selected.set(name.value, selection.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet.selections);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        collect(fragments[selection.name.value]?.selectionSet.selections);
      }
    }
  };
  for (const { selectionSet } of fieldNodes) collect(selectionSet?.selections);
  return selected;
}

/**
 * Seats as JSON, exactly as graphql-js and JSON.stringify would write it.
 * @param seats makes the seats anew for each call
 * @param sections the sections that some of the seats are in, with their prices
 * @param count how many seats there are at most
 */
export function seatsAsJson(
  seats: () => Iterable<Seat>,
  selection: SeatSelection,
  sections: readonly Pick<Seat, 'section' | 'price'>[],
  count: number,
): Attachment {
  const write = writer(selection);
  const longest = Math.max(
    0,
    ...sections.map((section) => Buffer.byteLength(write({ ...widest, ...section }))),
  );
  return { pieces: () => piecesOf(seats(), write), bytes: 2 + count * (longest + 1) };
}

const widest: Seat = {
  id: '0'.repeat(36),
  sectionId: '',
  section: '',
  row: 65_535,
  number: 65_535,
  price: 0,
  status: 'KEPT_BACK',
  reservationId: null,
  version: 2 ** 32 - 1,
};

function writer(selection: SeatSelection): (seat: Seat) => string {
  const fields = [...selection].map(([name, field], index) => {
    const value = asJson[field];
    if (value === undefined) throw new Error(`seats-as-json.ts does not know the field Seat.${field}`);
    return { before: `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`, value };
  });
  if (fields.length === 0) return () => '{}';
  return (seat) => {
    let text = '';
    for (const { before, value } of fields) text += before + value(seat);
    return `${text}}`;
  };
}

function* piecesOf(seats: Iterable<Seat>, write: (seat: Seat) => string): Generator<string, void, undefined> {
  let text = '[';
  let inPiece = 0;
  let isFirst = true;
  for (const seat of seats) {
    text += isFirst ? write(seat) : `,${write(seat)}`;
    isFirst = false;
    if (++inPiece < seatsInAPiece) continue;
    yield text;
    [text, inPiece] = ['', 0];
  }
  yield `${text}]`;
}
