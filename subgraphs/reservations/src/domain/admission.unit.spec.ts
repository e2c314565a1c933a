import { decideScan, entriesFrom } from './admission.ts';
import type { Admission, Scan } from './admission.ts';
import type { Reservation } from './reservation.ts';
import type { SeatTicket } from './seat-ticket.ts';

let ids = 0;
const newId = () => `id-${++ids}`;
const reservation = { id: newId(), status: 'CONFIRMED' } as Reservation;
const ticket: SeatTicket = {
  ...{ id: newId(), reservationId: reservation.id, position: 0 },
  ...{ issuedAt: new Date(0), voidedAt: null },
};
const voided = { ...ticket, voidedAt: new Date(1) };
const at = (minute: number) => new Date(Date.UTC(2026, 10, 27, 19, minute));
const scan = (over: Partial<Scan> = {}): Scan => ({
  ...{ id: newId(), ticketId: ticket.id, scheduleId: newId(), door: 'North', at: at(5) },
  ...{ scannedBy: newId(), wasLetIn: false, ...over },
});
const admissionBy = ({ wasLetIn: _, ...rest }: Scan): Admission => ({
  ...rest,
  reservationId: reservation.id,
});
const decide = (shown: Scan, entered?: Scan, what = ticket) =>
  decideScan(reservation, what, entered && admissionBy(entered), shown);

describe('a ticket that is scanned', () => {
  it('enters by the first scan, and by that one again when it is sent twice', () => {
    const first = scan();
    const admission = admissionBy(first);
    expect(decide(first)).toEqual({ answer: admission, admit: admission });
    expect(decide(first, first)).toEqual({ answer: admission });
    expect(decide({ ...first, wasLetIn: true }, first)).toEqual({ answer: admission });
  });

  it('does not enter by a scan that asks later, even one that claims to be earlier', () => {
    const first = scan({ at: at(10) });
    const already = admissionBy(first);
    expect(decide(scan({ at: at(11) }), first)).toEqual({ answer: { already } });
    expect(decide(scan({ at: at(9) }), first)).toEqual({ answer: { already } });
  });

  it('entered by the earlier of two scans that let somebody in, whichever is heard of first', () => {
    const [early, late] = [scan({ at: at(1), wasLetIn: true }), scan({ at: at(2), wasLetIn: true })];
    const conflict = { ...admissionBy(late), reason: 'ADMITTED_ELSEWHERE' };
    expect(decide(late, early)).toEqual({ answer: { already: admissionBy(early) }, note: conflict });
    expect(decide(early, late)).toEqual({
      answer: admissionBy(early),
      admit: admissionBy(early),
      note: conflict,
    });
    const same = scan({ at: at(1), wasLetIn: true });
    expect(decide(same, early).answer).toEqual({ already: admissionBy(early) });
  });

  it('never enters once its reservation was cancelled; if somebody was let in, that is noted', () => {
    const cancelled = { ...reservation, status: 'CANCELLED' } as Reservation;
    for (const [found, what] of [
      [reservation, voided],
      [cancelled, ticket],
    ] as const) {
      const asked = scan();
      expect(decideScan(found, what, undefined, asked)).toEqual({
        answer: expect.objectContaining({ code: 'TICKET_VOID' }),
      });
      const offline = scan({ wasLetIn: true });
      expect(decideScan(found, what, undefined, offline)).toEqual({
        answer: expect.objectContaining({ code: 'TICKET_VOID' }),
        note: { ...admissionBy(offline), reason: 'VOID' },
      });
    }
  });
});

describe('a ticket of a show that was moved', () => {
  const from = at(0);
  const before = new Date(from.getTime() - 1);
  const decideSince = (shown: Scan, last?: Scan, what = ticket) =>
    decideScan(reservation, what, last && admissionBy(last), shown, from);
  const old = scan({ at: before, wasLetIn: true });
  const fresh = scan({ at: from });

  it('enters again if it entered more than twelve hours before the new start, and then once', () => {
    expect(entriesFrom({ startsAt: new Date(from.getTime() + 12 * 3_600_000) })).toEqual(from);
    expect(decideSince(fresh, old)).toEqual({ answer: admissionBy(fresh), admit: admissionBy(fresh) });
    const already = { already: admissionBy(fresh) };
    expect(decideSince(scan({ at: at(1) }), fresh)).toEqual({ answer: already });
  });

  it('has entered if the show was moved by less', () => {
    const inside = scan({ at: from });
    expect(decideSince(scan({ at: at(1) }), inside)).toEqual({ answer: { already: admissionBy(inside) } });
  });

  it('stays entered when a door brings a scan from before the move, whose people came in then', () => {
    expect(decideSince(old, fresh)).toEqual({ answer: admissionBy(old) });
    // Whoever stands at the door now is inside already, whatever time the door claims.
    expect(decideSince({ ...old, wasLetIn: false }, fresh)).toEqual({
      answer: { already: admissionBy(fresh) },
    });
  });

  it('entered once before the move, too', () => {
    const later = scan({ at: before, wasLetIn: true });
    const note = { ...admissionBy(later), reason: 'ADMITTED_ELSEWHERE' };
    expect(decideSince(later, old)).toEqual({ answer: { already: admissionBy(old) }, note });
  });

  it('is void if its fan gave it back, whether or not it had entered before', () => {
    expect(decideSince(fresh, old, voided).answer).toMatchObject({ code: 'TICKET_VOID' });
  });
});
