import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import type { PurchasePartsFragment } from '../api/operations.generated.ts';
import { download } from '../design/download.ts';
import { Icon } from '../design/icon.tsx';
import { formatMoment } from '../i18n/formats.ts';
import { calendarFile } from './calendar-file.ts';
import { qrPath } from './qr-path.ts';

type Ticket = PurchasePartsFragment['tickets'][number];

/** The codes for the door, one for each seat. */
export function DoorTickets({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t } = useTranslation();
  const { tickets } = purchase;
  if (tickets.length === 0) return null;
  const areGood = tickets.some(({ voidedAt }) => voidedAt === null);
  return (
    <section className="stack" aria-labelledby="door">
      <div className="row apart">
        <div>
          <h2 id="door">{t('tickets.door')}</h2>
          {areGood && <p className="small soft">{t('tickets.doorHint')}</p>}
        </div>
        {areGood && <AddToCalendar purchase={purchase} />}
      </div>
      <ul className="door-tickets">
        {tickets.map((ticket, index) => (
          <li key={ticket.id} className={`door-ticket ${ticket.voidedAt === null ? '' : 'void'}`}>
            <DoorTicket ticket={ticket} place={t('tickets.nth', { nth: index + 1, count: tickets.length })} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function DoorTicket({ ticket: { code, seat, voidedAt }, place }: { ticket: Ticket; place: string }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      {voidedAt === null ? (
        <QrCode text={code} label={t('tickets.code', { seat: seat.label })} />
      ) : (
        <p className="voided">
          <b>{t('tickets.void')}</b>
          <span className="small">
            {t('tickets.voidSince', { time: formatMoment(voidedAt, i18n.language) })}
          </span>
        </p>
      )}
      <div className="door-seat">
        <span className="small soft">{place}</span>
        <b className="numbers">{seat.label}</b>
      </div>
    </>
  );
}

function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      className="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
    >
      {/* Black on white even in the dark theme, because scanners expect it. */}
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

function AddToCalendar({ purchase }: { purchase: PurchasePartsFragment }) {
  const { t } = useTranslation();
  const save = () => {
    const file = calendarFile(purchase, `${location.origin}/tickets/${purchase.id}`, new Date());
    if (file !== undefined) download('frontrow.ics', 'text/calendar', file);
  };
  return (
    <Button className="button" onPress={save}>
      <Icon name="calendar" size={18} />
      {t('tickets.calendar')}
    </Button>
  );
}
