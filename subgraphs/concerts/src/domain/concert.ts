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
  /** The highest limit that it had before; null while it was never lowered. Fans keep the seats that an earlier limit let them have. */
  readonly highestSeatsPerFan: number | null;
  /** When everybody can see it; null for a concert that was never hidden. */
  readonly publishAt: Date | null;
  /** Grows with each change, from 1. */
  readonly version: number;
}

/** The fields of a concert that may be changed. A field that is left out stays as it is. */
export type ConcertChange = Partial<
  Pick<Concert, 'title' | 'artist' | 'description' | 'salesOpenAt' | 'maxSeatsPerFan'> & { publishAt: Date }
>;

/** The concert after a change, as its next version. */
export function changed(concert: Concert, change: ConcertChange): Concert {
  const next = { ...concert, ...change, version: concert.version + 1 };
  const isLower = next.maxSeatsPerFan < concert.maxSeatsPerFan;
  const highest = Math.max(concert.highestSeatsPerFan ?? 0, concert.maxSeatsPerFan);
  return isLower ? { ...next, highestSeatsPerFan: highest } : next;
}

/** Whether two versions of a concert say the same. */
export const isSame = (one: Concert, other: Concert): boolean =>
  one.title === other.title &&
  one.artist === other.artist &&
  one.description === other.description &&
  one.maxSeatsPerFan === other.maxSeatsPerFan &&
  one.salesOpenAt.getTime() === other.salesOpenAt.getTime() &&
  one.publishAt?.getTime() === other.publishAt?.getTime();

/** One date of a concert. */
export interface Schedule {
  readonly id: string;
  readonly concertId: string;
  readonly startsAt: Date;
  /** The hall in which the date was added; null if nobody has drawn it. */
  readonly hallId: string | null;
  /** When an operator cancelled the show; null if it takes place. */
  readonly cancelledAt: Date | null;
  /** When it was to start before its last move; null unless it was moved. */
  readonly movedFrom: Date | null;
  /** Until when those who had seats before the last move may give them back; null unless it was moved. */
  readonly refundUntil: Date | null;
  /** How often it was moved: of two events about its moves, the one with the greater number is the later one. */
  readonly moves: number;
}

/** A schedule whose show nobody has cancelled or moved. */
export const asPlanned = { cancelledAt: null, movedFrom: null, refundUntil: null, moves: 0 } as const;

/** In a SEATED section a fan chooses seats; in a STANDING one, how many places. */
export type SectionKind = 'SEATED' | 'STANDING';

/**
 * A block of seats of one price, or a standing area. The places of an area are rows of `seats` like all others, so they are sold
 * and counted alike.
 */
export interface Section {
  readonly id: string;
  readonly scheduleId: string;
  readonly name: string;
  readonly kind: SectionKind;
  /** Points. */
  readonly price: number;
  /** 1 in a standing area. */
  readonly rows: number;
  /** In a standing area, how many people it takes. */
  readonly seatsPerRow: number;
  /** The number of the row nearest the stage; 0 in a standing area, whose places are in no row. */
  readonly firstRow: number;
  /** The number of the first seat in each row. */
  readonly firstNumber: number;
  /** The rank of the section's first seat; the others follow without a gap. See `NewSeat.rank`. */
  readonly firstRank: number;
}

/** A section as an operator plans it. */
export type SectionPlan = Omit<Section, 'id' | 'scheduleId' | 'firstRank'>;

/** What sections have in common whose rows and numbers begin at 1. */
export const seated = { kind: 'SEATED', firstRow: 1, firstNumber: 1 } as const;

/** Whether two lists of sections, both from the stage on, make the same hall at the same prices. */
export const isSameHall = (one: readonly SectionPlan[], other: readonly SectionPlan[]): boolean =>
  one.length === other.length &&
  one.every((section, index) => planned.every((property) => section[property] === other[index]?.[property]));

const planned = ['name', 'kind', 'price', 'rows', 'seatsPerRow', 'firstRow', 'firstNumber'] as const;

export const seatsIn = ({ rows, seatsPerRow }: Pick<Section, 'rows' | 'seatsPerRow'>): number =>
  rows * seatsPerRow;
