import { seatsIn } from './concert.ts';
import type { Section } from './concert.ts';

/** KEPT_BACK means that an operator does not sell the seat for now. */
export type SeatStatus = 'AVAILABLE' | 'HELD' | 'SOLD' | 'KEPT_BACK';

export interface Seat {
  readonly id: string;
  readonly sectionId: string;
  /** The section's name. */
  readonly section: string;
  /** 0 for a place in a standing area. */
  readonly row: number;
  readonly number: number;
  /** Points. */
  readonly price: number;
  readonly status: SeatStatus;
  /** Whose the seat is, if it is HELD or SOLD. */
  readonly reservationId: string | null;
  readonly version: number;
}

/** A seat that is AVAILABLE, with its place in the hall. */
export interface AvailableSeat extends Pick<Seat, 'id' | 'sectionId' | 'row' | 'number' | 'version'> {
  /** See `NewSeat.rank`. */
  readonly rank: number;
}

/** Which seats of a schedule a client asks for. */
export interface SeatFilter {
  /** The section's name. */
  readonly section: string | undefined;
  readonly status: SeatStatus | undefined;
}

export const labelOf = ({ section, row, number }: Pick<Seat, 'section' | 'row' | 'number'>): string =>
  row === 0 ? `${section}-${number}` : `${section}-${row}-${number}`;

/** A seat as the operator lays it out. */
export interface NewSeat {
  readonly id: string;
  readonly sectionId: string;
  readonly row: number;
  readonly number: number;
  /** 0 is the best seat of the hall. Ranks count by section, then row, then number. */
  readonly rank: number;
  /** For a wheelchair place the companion's seat, and the other way round; they are sold together only. */
  readonly companionId: string | null;
}

/** How many hex digits at the end of a seat's id are its rank; five leave room for a million seats. */
const rankDigits = 5;

/**
 * The id of the seat with a rank. UUIDv7 leaves these bits to the application (RFC 9562, section 6.2), so the ids of a hall's
 * seats are numbered. A seat map can therefore name 100,000 of them by the first one, and in the table they lie in the order of
 * rank.
 * @param hallId a new id, of which all digits but the last five are used
 */
export const seatIdAt = (hallId: string, rank: number): string =>
  hallId.slice(0, -rankDigits) + rank.toString(16).padStart(rankDigits, '0');

/**
 * All seats of a section, beginning with the one nearest the stage.
 * @param companions by place within the section, the place of the seat that is sold together with it
 */
export function* layOut(
  section: Section,
  idOf: (rank: number) => string,
  companions: ReadonlyMap<number, number> = new Map(),
): Generator<NewSeat> {
  for (let place = 0; place < seatsIn(section); place++) {
    const rank = section.firstRank + place;
    const companion = companions.get(place);
    const companionId = companion === undefined ? null : idOf(section.firstRank + companion);
    yield { id: idOf(rank), sectionId: section.id, ...placeIn(section, place), rank, companionId };
  }
}

/** The row and number of the seat at a place within its section; places begin at 0. */
export const placeIn = (
  { seatsPerRow, firstRow, firstNumber }: Pick<Section, 'seatsPerRow' | 'firstRow' | 'firstNumber'>,
  place: number,
) => ({
  row: Math.floor(place / seatsPerRow) + firstRow,
  number: (place % seatsPerRow) + firstNumber,
});
