/** An evening to come, for a calendar. */
export interface Evening {
  /** Stays the same for the same evening, so that a calendar has it once. */
  readonly uid: string;
  /** A greater one for what has changed since. */
  readonly sequence: number;
  readonly title: string;
  readonly place: string;
  readonly details: string;
  readonly url: string;
  readonly startsAt: Date;
  readonly now: Date;
}

/**
 * A calendar file (RFC 5545). Nobody knows when the show ends, so the event has a start only. The library for this, ical-generator,
 * wants a later Node than Frontrow does.
 */
export const calendarFile = ({ uid, sequence, title, place, details, url, startsAt, now }: Evening): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Frontrow//Tickets//EN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SEQUENCE:${String(sequence)}`,
    `DTSTAMP:${utc(now)}`,
    `DTSTART:${utc(startsAt)}`,
    `SUMMARY:${text(title)}`,
    `LOCATION:${text(place)}`,
    `DESCRIPTION:${text(details)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ]
    .map(folded)
    .join('\r\n') + '\r\n';

/** 20261219T090000Z. */
const utc = (instant: Date) => instant.toISOString().replace(/[-:]|\.\d+/g, '');

const text = (value: string) =>
  value.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n|\r/g, '\\n');

/** Lines end after 75 bytes and go on in the next one, which begins with a space; a character is never cut. */
function folded(line: string): string {
  const lines = [''];
  for (const character of line) {
    const last = lines.at(-1) ?? '';
    if (Buffer.byteLength(last) + Buffer.byteLength(character) > 75) lines.push(` ${character}`);
    else lines[lines.length - 1] = last + character;
  }
  return lines.join('\r\n');
}
