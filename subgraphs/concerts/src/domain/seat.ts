import { seatsIn } from './concert.ts';
import type { Section } from './concert.ts';

export type SeatStatus = 'AVAILABLE' | 'HELD' | 'SOLD';

export interface Seat {
  readonly id: string;
  readonly sectionId: string;
  /** The section's name. */
  readonly section: string;
  readonly row: number;
  readonly number: number;
  /** Points. */
  readonly price: number;
  readonly status: SeatStatus;
  /** Whose it is, unless it is AVAILABLE. */
  readonly reservationId: string | null;
  readonly version: number;
}

/** A seat that is AVAILABLE, and its place in the hall. */
export interface FreeSeat extends Pick<Seat, 'id' | 'sectionId' | 'row' | 'number' | 'version'> {
  /** See `NewSeat.rank`. */
  readonly rank: number;
}

/** Which seats of a schedule somebody asks for. */
export interface SeatFilter {
  /** The section's name. */
  readonly section: string | undefined;
  readonly status: SeatStatus | undefined;
}

export const labelOf = ({ section, row, number }: Pick<Seat, 'section' | 'row' | 'number'>): string =>
  `${section}-${row}-${number}`;

/** A seat as the organiser lays it out. */
export interface NewSeat {
  readonly id: string;
  readonly sectionId: string;
  readonly row: number;
  readonly number: number;
  /** 0 is the best seat of the hall: counted by section, then row, then number. */
  readonly rank: number;
}

/** All seats of a section, nearest the stage first; rows and numbers count from 1. */
export function* layOut(section: Section, newId: () => string): Generator<NewSeat> {
  for (let place = 0; place < seatsIn(section); place++) {
    yield {
      id: newId(),
      sectionId: section.id,
      row: Math.floor(place / section.seatsPerRow) + 1,
      number: (place % section.seatsPerRow) + 1,
      rank: section.firstRank + place,
    };
  }
}
