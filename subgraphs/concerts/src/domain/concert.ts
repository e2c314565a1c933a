export interface Venue {
  readonly id: string;
  readonly name: string;
  readonly address: string;
}

export interface Concert {
  readonly id: string;
  readonly venueId: string;
  readonly title: string;
  readonly artist: string;
  readonly description: string;
  readonly salesOpenAt: Date;
  readonly maxSeatsPerFan: number;
}

/** One evening of a concert. */
export interface Schedule {
  readonly id: string;
  readonly concertId: string;
  readonly startsAt: Date;
}

/** A block of seats of one price. */
export interface Section {
  readonly id: string;
  readonly scheduleId: string;
  readonly name: string;
  /** Points. */
  readonly price: number;
  readonly rows: number;
  readonly seatsPerRow: number;
  /** The rank of its first seat; the others follow without a gap. See `Seat.rank`. */
  readonly firstRank: number;
}

export const seatsIn = ({ rows, seatsPerRow }: Pick<Section, 'rows' | 'seatsPerRow'>): number =>
  rows * seatsPerRow;
