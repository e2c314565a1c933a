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
  /** The hall as it was drawn when the date was added; null when nobody drew it. */
  readonly hallId: string | null;
  /** When an operator decided that it does not take place; null while it does. */
  readonly cancelledAt: Date | null;
}

/** Whether a fan chooses seats of a section, or only how many places. */
export type SectionKind = 'SEATED' | 'STANDING';

/** A block of seats of one price; or a standing area, whose places are rows of `seats` like all others, so they are sold and counted alike. */
export interface Section {
  readonly id: string;
  readonly scheduleId: string;
  readonly name: string;
  readonly kind: SectionKind;
  /** Points. */
  readonly price: number;
  /** 1 in a standing area. */
  readonly rows: number;
  /** In a standing area, how many it takes. */
  readonly seatsPerRow: number;
  /** Of the row nearest the stage; 0 in a standing area, whose places are in no row. */
  readonly firstRow: number;
  /** Of the first seat of each row. */
  readonly firstNumber: number;
  /** The rank of its first seat; the others follow without a gap. See `Seat.rank`. */
  readonly firstRank: number;
}

/** A section as an operator plans it. */
export type SectionPlan = Omit<Section, 'id' | 'scheduleId' | 'firstRank'>;

/** Seats whose rows and numbers begin at 1. */
export const seated = { kind: 'SEATED', firstRow: 1, firstNumber: 1 } as const;

/** Whether two lists of sections, each from the stage on, make the same hall at the same prices. */
export const isSameHall = (one: readonly SectionPlan[], other: readonly SectionPlan[]): boolean =>
  one.length === other.length &&
  one.every((section, index) => planned.every((property) => section[property] === other[index]?.[property]));

const planned = ['name', 'kind', 'price', 'rows', 'seatsPerRow', 'firstRow', 'firstNumber'] as const;

export const seatsIn = ({ rows, seatsPerRow }: Pick<Section, 'rows' | 'seatsPerRow'>): number =>
  rows * seatsPerRow;
