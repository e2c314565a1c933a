import type { PurchasePartsFragment } from '../api/operations.generated.ts';

type Purchase = Pick<PurchasePartsFragment, 'id' | 'version' | 'concert' | 'schedule' | 'seats'>;

/**
 * The show as a file for calendars (RFC 5545). The end of a show is unknown, so the file has none.
 * @param page the address of the tickets
 * @param now when the file is made
 * @returns undefined as long as it is not known what was bought
 */
export function calendarFile({ id, version, concert, schedule, seats }: Purchase, page: string, now: Date) {
  if (!concert || !schedule) return undefined;
  const { title, artist, venue } = concert;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Frontrow//Storefront//EN',
    'BEGIN:VEVENT',
    // The same purchase is the same event, however often it is added.
    `UID:${id}@frontrow`,
    `SEQUENCE:${version}`,
    `DTSTAMP:${instant(now)}`,
    `DTSTART:${instant(new Date(schedule.startsAt))}`,
    `SUMMARY:${escape(`${title} – ${artist}`)}`,
    `LOCATION:${escape(`${venue.name}, ${venue.address}`)}`,
    `DESCRIPTION:${escape(`${seats.map(({ label }) => label).join(', ')}\n${page}`)}`,
    `URL:${page}`,
    'STATUS:CONFIRMED',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

/** In UTC, to the second: 20261219T090000Z. */
const instant = (at: Date) => at.toISOString().replace(/[-:]|\.\d+/g, '');

const escape = (text: string) => text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

const mostBytes = 75;

/** A line has at most 75 bytes, and continues in the next line after a space. No character is cut in two. */
function fold(line: string): string {
  const parts: string[] = [];
  let [part, bytes] = ['', 0];
  for (const character of line) {
    const size = new TextEncoder().encode(character).length;
    if (bytes + size > mostBytes) {
      parts.push(part);
      [part, bytes] = [' ', 1];
    }
    part += character;
    bytes += size;
  }
  return [...parts, part].join('\r\n');
}
