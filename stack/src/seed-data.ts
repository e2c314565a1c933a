/** The concerts of a fresh system. The artists are invented; the halls are real. */
export interface SeedConcert {
  title: string;
  artist: string;
  description: string;
  venueName: string;
  venueAddress: string;
  maxSeatsPerFan: number;
  sections: readonly { name: string; price: number; rows: number; seatsPerRow: number }[];
  /** Evenings as days from the first Saturday at least three weeks away, with the hour in Seoul. */
  evenings: readonly { day: number; hour: number }[];
}

export const seedConcerts: readonly SeedConcert[] = [
  {
    title: 'NOVALINE WORLD TOUR [AFTERGLOW] IN SEOUL',
    artist: 'NOVALINE',
    description: '노바라인의 두 번째 월드 투어, 그 시작을 서울에서. 360도 중앙 무대로 펼쳐지는 세 번의 밤.',
    venueName: 'KSPO DOME (올림픽체조경기장)',
    venueAddress: '서울특별시 송파구 올림픽로 424',
    maxSeatsPerFan: 4,
    // 10,000 seats is the size of the hall for rushes.
    sections: [
      { name: 'VIP', price: 198_000, rows: 20, seatsPerRow: 50 },
      { name: 'R', price: 165_000, rows: 40, seatsPerRow: 100 },
      { name: 'S', price: 132_000, rows: 50, seatsPerRow: 100 },
    ],
    evenings: [
      { day: -1, hour: 19 },
      { day: 0, hour: 18 },
      { day: 1, hour: 17 },
    ],
  },
  {
    title: '한서윤 단독 콘서트 〈늦은 답장〉',
    artist: '한서윤',
    description: '데뷔 10주년, 한 통의 편지처럼 천천히 읽어 내려가는 두 시간. 전 석 지정 좌석.',
    venueName: '블루스퀘어 SOL트래블홀',
    venueAddress: '서울특별시 용산구 이태원로 294',
    maxSeatsPerFan: 4,
    sections: [
      { name: 'R', price: 132_000, rows: 20, seatsPerRow: 36 },
      { name: 'S', price: 110_000, rows: 18, seatsPerRow: 40 },
    ],
    evenings: [
      { day: 12, hour: 20 },
      { day: 13, hour: 20 },
      { day: 14, hour: 18 },
      { day: 15, hour: 16 },
    ],
  },
  {
    title: 'Paper Boats Winter Live – 눈이 오기 전에',
    artist: 'Paper Boats (종이배)',
    description:
      'Four friends, two guitars and a brass section: songs from “Harbour Lights”, and some that nobody has heard.',
    venueName: 'YES24 LIVE HALL',
    venueAddress: '서울특별시 광진구 구천면로 20',
    maxSeatsPerFan: 2,
    sections: [
      { name: 'A', price: 99_000, rows: 16, seatsPerRow: 40 },
      { name: 'B', price: 77_000, rows: 12, seatsPerRow: 40 },
    ],
    evenings: [
      { day: 20, hour: 19 },
      { day: 21, hour: 18 },
    ],
  },
];

export const demoPassword = 'frontrow-demo';
export const demoPoints = 1_000_000;
export const demoFans = [
  { email: 'fan1@frontrow.test', name: '김하늘' },
  { email: 'fan2@frontrow.test', name: '이도윤' },
  { email: 'fan3@frontrow.test', name: 'Mina Park' },
] as const;

const dayMs = 24 * 60 * 60 * 1000;

/** The instants at which the concert's evenings begin, as counted from `now`. */
export function eveningsOf(concert: SeedConcert, now: Date): Date[] {
  const earliest = new Date(now.getTime() + 21 * dayMs);
  const saturday = Date.UTC(
    earliest.getUTCFullYear(),
    earliest.getUTCMonth(),
    earliest.getUTCDate() + ((6 - earliest.getUTCDay() + 7) % 7),
  );
  // Seoul is nine hours ahead of UTC, all year.
  return concert.evenings.map(
    ({ day, hour }) => new Date(saturday + day * dayMs + (hour - 9) * 60 * 60 * 1000),
  );
}
