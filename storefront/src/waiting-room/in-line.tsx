import { useTranslation } from 'react-i18next';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { LeaveDocument } from '../api/operations.generated.ts';
import type { RoomPartsFragment, TicketPartsFragment } from '../api/operations.generated.ts';
import { useAction } from '../api/use-action.ts';
import { Confirm } from '../design/confirm.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { useNow } from '../design/use-now.ts';
import { formatCountdown, formatNumber, formatWait } from '../i18n/formats.ts';
import { firstPosition, progressOf } from './progress.ts';

interface InLineProps {
  readonly ticket: TicketPartsFragment;
  readonly room: RoomPartsFragment;
  readonly concert: { readonly salesOpenAt: string };
  /** Whether the live connection is lost. */
  readonly isCut: boolean;
}

/** The fan's position, and what becomes of it. */
export function InLine({ ticket, room, concert, isCut }: InLineProps) {
  const { t, i18n } = useTranslation();
  const leaving = useAction(LeaveDocument);
  const { position } = ticket;
  const progress = progressOf(firstPosition(ticket.id, position), position);
  return (
    <section className="card stack place" aria-labelledby="position">
      <h2 id="position" className="soft">
        {t('room.position')}
      </h2>
      <p className="position numbers" aria-live="polite">
        {formatNumber(position, i18n.language)}
      </p>
      <p>{position <= 1 ? t('room.ahead_zero') : t('room.ahead', { count: position - 1 })}</p>
      <ProgressBar aria-label={t('room.progress')} value={progress * 100}>
        {({ percentage }) => (
          <div className="bar">
            <div style={{ width: `${percentage ?? 0}%` }} />
          </div>
        )}
      </ProgressBar>
      {room.status === 'PAUSED' ? (
        <Notice tone="warning">
          <b>{t('room.paused')}</b> {t('room.pausedHint')}
        </Notice>
      ) : (
        <Wait ticket={ticket} salesOpenAt={concert.salesOpenAt} />
      )}
      {isCut && <Notice tone="warning">{t('room.lost')}</Notice>}
      <Notice>
        {t('room.keep')} {t('room.sound')}
      </Notice>
      <ProblemNotice problem={leaving.problem} />
      <div>
        <Confirm
          className="button quiet"
          label={t('room.leave')}
          question={t('room.leaveConfirm')}
          hint={t('room.leaveHint')}
          yes={t('room.leave')}
          no={t('room.stay')}
          busy={leaving.busy}
          onYes={() => void leaving.run({ ticketId: ticket.id })}
        />
      </div>
    </section>
  );
}

/** Until sales open, this is the time until then; afterwards it is the estimate, which does not look more exact than it is. */
function Wait({ ticket, salesOpenAt }: { ticket: TicketPartsFragment; salesOpenAt: string }) {
  const { t, i18n } = useTranslation();
  const opensIn = Date.parse(salesOpenAt) - useNow();
  if (opensIn > 0) {
    const time = opensIn < 3_600_000 ? formatCountdown(opensIn) : formatWait(opensIn / 1000, i18n.language);
    return <p className="numbers">{t('room.opens', { time })}</p>;
  }
  return (
    <p>
      {ticket.estimatedWaitSeconds < 5
        ? t('room.waitUnknown')
        : t('room.wait', { time: formatWait(ticket.estimatedWaitSeconds, i18n.language) })}
    </p>
  );
}
