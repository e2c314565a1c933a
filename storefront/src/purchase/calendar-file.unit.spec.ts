import { calendarFile } from './calendar-file.ts';

const purchase = {
  id: '0190aaaa-0000-7000-8000-000000000001',
  version: 3,
  concert: {
    __typename: 'Concert' as const,
    id: 'c1',
    title: '밤의 노래; encore, twice \\ more',
    artist: '서울 재즈 오케스트라와 아주 긴 이름을 가진 사람들의 모임',
    venue: { __typename: 'Venue' as const, id: 'v1', name: 'Hall', address: '1 Road\nSeoul' },
  },
  schedule: { __typename: 'Schedule' as const, id: 's1', startsAt: '2026-12-19T09:00:00.000Z' },
  seats: ['A-1-2', 'A-1-3'].map((label) => ({
    __typename: 'ReservedSeat' as const,
    seatId: label,
    label,
    price: 1,
  })),
};
const file = calendarFile(
  purchase,
  'https://frontrow.test/tickets/1',
  new Date('2026-12-01T01:02:03.456Z'),
) as string;
/** The file as a calendar reads it. */
const unfolded = file.replace(/\r\n /g, '').split('\r\n');

describe('the calendar file of a purchase', () => {
  it('says when and where in UTC, and which seats', () => {
    expect(unfolded).toContain('DTSTART:20261219T090000Z');
    expect(unfolded).toContain('DTSTAMP:20261201T010203Z');
    expect(unfolded).toContain('UID:0190aaaa-0000-7000-8000-000000000001@frontrow');
    expect(unfolded).toContain('DESCRIPTION:A-1-2\\, A-1-3\\nhttps://frontrow.test/tickets/1');
  });

  it('escapes characters that have a meaning in the format', () => {
    expect(unfolded).toContain(
      'SUMMARY:밤의 노래\\; encore\\, twice \\\\ more – 서울 재즈 오케스트라와 아주 긴 이름을 가진 사람들의 모임',
    );
    expect(unfolded).toContain('LOCATION:Hall\\, 1 Road\\nSeoul');
  });

  it('has lines of at most 75 bytes, with the right ends', () => {
    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    for (const line of file.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toContain('\n');
      expect(line).not.toContain('\uFFFD');
    }
  });

  it('does not exist as long as it is not known what was bought', () => {
    expect(calendarFile({ ...purchase, schedule: null }, '', new Date(0))).toBeUndefined();
  });
});
