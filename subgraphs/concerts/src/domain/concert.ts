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

/** A section as an operator plans it. */
export type SectionPlan = Pick<Section, 'name' | 'price' | 'rows' | 'seatsPerRow'>;

/** Whether two lists of sections, each from the stage on, make the same hall at the same prices. */
export const isSameHall = (one: readonly SectionPlan[], other: readonly SectionPlan[]): boolean =>
  one.length === other.length &&
  one.every(({ name, price, rows, seatsPerRow }, index) => {
    const twin = other[index];
    return (
      twin?.name === name && twin.price === price && twin.rows === rows && twin.seatsPerRow === seatsPerRow
    );
  });

export const seatsIn = ({ rows, seatsPerRow }: Pick<Section, 'rows' | 'seatsPerRow'>): number =>
  rows * seatsPerRow;
