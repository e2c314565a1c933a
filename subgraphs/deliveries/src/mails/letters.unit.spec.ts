import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationMoved } from '@frontrow/events/contracts/reservations';
import { userLinkRequested } from '@frontrow/events/contracts/users';
import { linkOf } from '@frontrow/kit/mailed-link';
import { aHistory } from '../testing/events.ts';
import { languageOf } from './formats.ts';
import { asHtml, asText } from './letter.ts';
import { letterAboutMove, letterAboutRefund, letterAboutTickets, letterWithLink } from './letters.ts';

const pages = { storefront: 'https://frontrow.test', linkSecret: 'known to users as well' };
const history = aHistory();
const confirmed = reservationConfirmed.data.parse(history.confirmed.data);
const moved = reservationMoved.data.parse(history.moved.data);
const refunded = paymentRefunded.data.parse(history.refunded.data);
const now = new Date('2026-11-27T08:00:00.000Z');

describe('the letter about tickets', () => {
  it('says what, where, when, which seats, and where the tickets are', () => {
    expect(asText(letterAboutTickets(confirmed, pages, 'en', now))).toBe(
      `Your seats are paid and yours. Show your tickets at the door, on your phone or on paper.

Date: Thu, 24 December 2026, 19:00
Venue: 올림픽홀
Artist: Seoul Night Orchestra
Seats: VIP-1-8, VIP-1-7
Paid: 308,000 P

Show my tickets:
https://frontrow.test/tickets/${confirmed.reservationId}

You can cancel until the show begins, and get your points back.
`,
    );
  });

  it('is in Korean for who reads it', () => {
    const { subject, facts } = letterAboutTickets(confirmed, pages, 'ko', now);
    expect(subject).toBe('예매가 완료되었습니다: 밤의 정원 & <Friends>');
    expect(facts[0]).toEqual(['일시', '2026년 12월 24일 (목) 19:00']);
    expect(['ko', 'ko-KR', 'en', 'fr', 'kok'].map(languageOf)).toEqual(['ko', 'ko', 'en', 'en', 'en']);
  });

  it('has a calendar file, whose lines are short enough for those who are strict', () => {
    const { calendar = '' } = letterAboutTickets(confirmed, pages, 'en', now);
    expect(calendar).toContain('\r\nDTSTART:20261224T100000Z\r\n');
    expect(calendar).toContain('\r\nDESCRIPTION:VIP-1-8\\, VIP-1-7\r\n');
    for (const line of calendar.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  });

  it('takes a title for text, whatever it says', () => {
    const shown = {
      ...confirmed.shown,
      concertTitle: '<img src=x onerror=alert(1)>',
      venueName: 'a\r\nBcc: b',
    };
    const html = asHtml(letterAboutTickets({ ...confirmed, shown }, pages, 'en', now), 'en');
    expect(html).not.toContain('<img');
    const { calendar } = letterAboutTickets({ ...confirmed, shown }, pages, 'en', now);
    expect(calendar).toContain('\r\nLOCATION:a\\nBcc: b\r\n');
  });
});

describe('the letter about a show that was moved', () => {
  it('says the new time and the one before, that tickets stay good, and until when they may be given back', () => {
    expect(asText(letterAboutMove(moved, pages, 'en', now))).toBe(
      `The show takes place at another time. Your tickets stay good, and there is nothing that you have to do.

If you cannot come, you can cancel until Thu, 31 December 2026, 23:59, and get your points back.

Date: Sat, 16 January 2027, 18:00
Venue: 올림픽홀
Artist: Seoul Night Orchestra
Seats: VIP-1-8, VIP-1-7
Instead of: Thu, 24 December 2026, 19:00

Show my tickets:
https://frontrow.test/tickets/${moved.reservationId}

The calendar file that comes with this mail has the new time.
`,
    );
    const { subject, facts } = letterAboutMove(moved, pages, 'ko', now);
    expect(subject).toBe('공연 일정이 바뀌었습니다: 밤의 정원 & <Friends>');
    expect(facts.at(-1)).toEqual(['변경 전', '2026년 12월 24일 (목) 19:00']);
  });

  it('has the same entry for a calendar as the confirmation, at the new time and newer', () => {
    const entryOf = (calendar = '') => {
      const lines = calendar.split('\r\n').map((line) => line.split(':'));
      return (name: string) => lines.find(([key]) => key === name)?.[1];
    };
    const before = entryOf(letterAboutTickets(confirmed, pages, 'en', now).calendar);
    const after = entryOf(letterAboutMove(moved, pages, 'en', now).calendar);
    expect(after('UID')).toBe(before('UID'));
    expect(after('DTSTART')).toBe('20270116T090000Z');
    expect(Number(after('SEQUENCE'))).toBeGreaterThan(Number(before('SEQUENCE')));
  });
});

describe('the letter about a refund', () => {
  it('says why and how much, and what it was where that is known', () => {
    const known = asText(letterAboutRefund(refunded, confirmed, pages, 'en'));
    expect(known).toContain('You cancelled this purchase. Its tickets are void.\n\n308,000 P are back');
    expect(known).toContain('Seats: VIP-1-8, VIP-1-7');
    const off = { ...refunded, reason: 'COMPENSATED' as const, detail: 'SHOW_CANCELLED' as const };
    expect(asText(letterAboutRefund(off, confirmed, pages, 'en'))).toContain('The show was cancelled');
    const unknown = letterAboutRefund(refunded, undefined, pages, 'ko');
    expect(unknown.subject).toBe('포인트가 환불되었습니다');
    expect(unknown.facts).toEqual([['환불', '308,000 P']]);
  });
});

describe('a letter with a link', () => {
  it.each([
    ['PASSWORD_RESET', '/reset-password'],
    ['EMAIL_CONFIRMATION', '/confirm-email'],
  ] as const)('of %s leads to %s, with a token that users takes', (purpose, path) => {
    const requested = userLinkRequested.data.parse({ ...history.resetting.data, purpose });
    const { origin, pathname, hash } = new URL(letterWithLink(requested, pages, 'en').link.url);
    expect([origin, pathname]).toEqual([pages.storefront, path]);
    expect(linkOf(pages.linkSecret, purpose, hash.slice(1))).toBe(requested.linkId);
  });
});
