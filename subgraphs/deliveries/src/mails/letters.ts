import type { DataOf } from '@frontrow/events/contract';
import { fromPublishedEnd } from '@frontrow/events/contracts/fields';
import type { paymentRefunded } from '@frontrow/events/contracts/payments';
import type { reservationConfirmed, reservationMoved } from '@frontrow/events/contracts/reservations';
import type { userLinkRequested } from '@frontrow/events/contracts/users';
import { linkToken } from '@frontrow/kit/mailed-link';
import type { LinkPurpose } from '@frontrow/kit/mailed-link';
import { calendarFile } from './calendar.ts';
import { formatEvening, formatPoints } from './formats.ts';
import type { Language } from './formats.ts';
import type { Letter } from './letter.ts';
import { texts } from './texts.ts';

type Confirmed = DataOf<typeof reservationConfirmed>;
type Moved = DataOf<typeof reservationMoved>;
type Refunded = DataOf<typeof paymentRefunded>;
type LinkRequested = DataOf<typeof userLinkRequested>;

/** The pages that letters lead to. What follows `#` stays in the browser: no server, no proxy and no log sees it. */
export interface Pages {
  /** Without a slash at its end. */
  readonly storefront: string;
  /** What the tokens of links are made with. */
  readonly linkSecret: string;
}

const purchasePage = ({ storefront }: Pages, reservationId: string) =>
  `${storefront}/tickets/${reservationId}`;
const linkPages: Readonly<Record<LinkPurpose, string>> = {
  PASSWORD_RESET: '/reset-password',
  EMAIL_CONFIRMATION: '/confirm-email',
};

function shownFacts(
  { shown, seats }: Pick<Confirmed, 'shown' | 'seats'>,
  language: Language,
): [string, string][] {
  const { facts } = texts[language];
  return [
    [facts.date, formatEvening(shown.startsAt, language)],
    [facts.venue, shown.venueName],
    [facts.artist, shown.artist],
    [facts.seats, seats.map(({ label }) => label).join(', ')],
  ];
}

/** A reservation is confirmed: its tickets are on their page. */
export function letterAboutTickets(data: Confirmed, pages: Pages, language: Language, now: Date): Letter {
  const { confirmed, facts } = texts[language];
  return {
    subject: confirmed.subject(data.shown.concertTitle),
    paragraphs: [confirmed.said],
    facts: [...shownFacts(data, language), [facts.paid, formatPoints(data.total)]],
    link: { label: confirmed.link, url: purchasePage(pages, data.reservationId) },
    footnote: confirmed.footnote,
    calendar: calendarOf(data, pages, now),
  };
}

/** The same entry for the same reservation, whenever its show takes place. */
function calendarOf(data: Confirmed | Moved, pages: Pages, now: Date): string {
  const { reservationId, shown, seats } = data;
  const url = purchasePage(pages, reservationId);
  return calendarFile({
    ...{ uid: `${reservationId}@frontrow`, title: shown.concertTitle, place: shown.venueName, url },
    sequence: 'version' in data ? data.version : 0,
    details: seats.map(({ label }) => label).join(', '),
    ...{ startsAt: new Date(shown.startsAt), now },
  });
}

/** The show of a paid reservation takes place at another time. */
export function letterAboutMove(data: Moved, pages: Pages, language: Language, now: Date): Letter {
  const { moved, facts } = texts[language];
  return {
    subject: moved.subject(data.shown.concertTitle),
    paragraphs: [moved.said, moved.until(formatEvening(data.refundUntil, language))],
    facts: [...shownFacts(data, language), [facts.before, formatEvening(data.movedFrom, language)]],
    link: { label: moved.link, url: purchasePage(pages, data.reservationId) },
    footnote: moved.footnote,
    calendar: calendarOf(data, pages, now),
  };
}

/** @param confirmed what was confirmed before, where that is known */
export function letterAboutRefund(
  data: Refunded,
  confirmed: Confirmed | undefined,
  pages: Pages,
  language: Language,
): Letter {
  const { refunded, facts } = texts[language];
  const amount = formatPoints(data.amount);
  return {
    subject: refunded.subject(confirmed?.shown.concertTitle),
    paragraphs: [refunded.because[fromPublishedEnd(data)], refunded.said(amount)],
    facts: [...(confirmed === undefined ? [] : shownFacts(confirmed, language)), [facts.refunded, amount]],
    link: { label: refunded.link, url: purchasePage(pages, data.reservationId) },
    footnote: refunded.footnote,
  };
}

export function letterWithLink({ purpose, linkId }: LinkRequested, pages: Pages, language: Language): Letter {
  const { subject, said, link, footnote } = texts[language][purpose];
  const token = linkToken(pages.linkSecret, purpose, linkId);
  const url = `${pages.storefront}${linkPages[purpose]}#${token}`;
  return { subject, paragraphs: [said], facts: [], link: { label: link, url }, footnote };
}
