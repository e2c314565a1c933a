import { useTranslation } from 'react-i18next';
import { useNow } from '../../design/use-now.ts';
import { formatMoment } from '../../i18n/formats.ts';
import { isHidden } from '../concerts/concert-changes.ts';

export type RoomStatus = 'OPEN' | 'PAUSED' | 'CLOSED';
const tones: Record<RoomStatus, string> = { OPEN: 'good', PAUSED: 'warning', CLOSED: '' };

export function RoomBadge({ status }: { status: RoomStatus }) {
  const { t } = useTranslation('operate');
  return <span className={`badge ${tones[status]}`}>{t(`room.status.${status}`)}</span>;
}

/** Of a concert that nobody but operators sees yet. */
export function HiddenBadge({ publishAt }: { publishAt: string | null }) {
  const { t, i18n } = useTranslation('operate');
  const now = useNow(publishAt !== null);
  if (publishAt === null || !isHidden({ publishAt }, now)) return null;
  return (
    <span className="badge">
      {t('concert.hiddenUntil', { time: formatMoment(publishAt, i18n.language) })}
    </span>
  );
}
