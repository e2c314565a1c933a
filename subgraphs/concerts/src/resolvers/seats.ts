import { largestAttachment } from '@frontrow/kit/attachments';
import { operationTooComplex } from '@frontrow/kit/errors';
import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import { seatsIn } from '../domain/concert.ts';
import type { Schedule } from '../domain/concert.ts';
import type { Seat, SeatFilter } from '../domain/seat.ts';
import { sectionsNamed } from '../seat-plan.ts';
import { seatsAsJson, selectionOf } from '../seats-as-json.ts';
import type { SeatSelection } from '../seats-as-json.ts';

/** Longer lists of seats are answered as attachments: see kit/src/attachments.ts. */
const longestAsValues = 200;

/** The seats of a schedule by rank. If `status` is asked for, the whole hall is read. */
export async function seatsOf(
  { id }: Schedule,
  filter: SeatFilter,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<Seat[]> {
  const sections = await context.loaders.sectionsOf.load(id);
  const named = sectionsNamed(sections, filter);
  const size = named.reduce((sum, section) => sum + seatsIn(section), 0);
  context.cost.chargeSeats(size);
  if (size <= longestAsValues) return context.loaders.seatsOf(filter).load(id);
  const plan = await context.seatPlans.read(id, sections);
  const count = plan.count(filter);
  if (count <= longestAsValues) return [...plan.seats(filter)];
  const selection = selectionOf(info);
  const known = named.map(({ name, price }) => ({ section: name, price }));
  const make = () => small(seatsAsJson(() => plan.seats(filter), selection, known, count));
  context.attachments.attach(context, info, plan, JSON.stringify([filter, [...selection]]), make);
  return [];
}

/** Seats that are in memory already. */
export function knownSeats(seats: readonly Seat[], context: Context, info: GraphQLResolveInfo): Seat[] {
  context.cost.chargeSeats(seats.length);
  if (seats.length <= longestAsValues) return [...seats];
  const selection: SeatSelection = selectionOf(info);
  const make = () => {
    const sections = new Map<string, Pick<Seat, 'section' | 'price'>>();
    for (const { sectionId, section, price } of seats) {
      if (!sections.has(sectionId)) sections.set(sectionId, { section, price });
    }
    return small(seatsAsJson(() => seats, selection, [...sections.values()], seats.length));
  };
  context.attachments.attach(context, info, seats, JSON.stringify([...selection]), make);
  return [];
}

/** Limits the size, because the seats may be many, or be asked for under thirty aliases. */
function small<List extends { readonly bytes: number }>(list: List): List {
  if (list.bytes <= largestAttachment) return list;
  throw operationTooComplex(
    `The list of seats would take ${list.bytes} bytes; the limit is ${largestAttachment}. Ask for fewer fields.`,
  );
}
