import { useTranslation } from 'react-i18next';

export type RoomStatus = 'OPEN' | 'PAUSED' | 'CLOSED';
const tones: Record<RoomStatus, string> = { OPEN: 'good', PAUSED: 'warning', CLOSED: '' };

export function RoomBadge({ status }: { status: RoomStatus }) {
  const { t } = useTranslation('operate');
  return <span className={`badge ${tones[status]}`}>{t(`room.status.${status}`)}</span>;
}
