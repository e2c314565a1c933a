import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import { formatMoment } from '../i18n/formats.ts';
import type { Conflict } from './door-store.ts';

/** Tickets with which somebody came in twice, or although they were void. Those that concern this door come first. */
export function Conflicts({ conflicts, door }: { conflicts: readonly Conflict[]; door: string }) {
  const { t, i18n } = useTranslation('door');
  const time = (at: number) => formatMoment(new Date(at).toISOString(), i18n.language);
  const isHere = (conflict: Conflict) => conflict.door === door || conflict.entered?.door === door;
  const sorted = conflicts.toSorted((one, other) => Number(isHere(other)) - Number(isHere(one)));
  return (
    <section role="status" className="stack tight" aria-label={t('conflicts.heading')}>
      {sorted.map((conflict) => (
        <Notice key={conflict.id} tone={isHere(conflict) ? 'danger' : 'warning'}>
          {conflict.entered === null
            ? t('conflicts.void', { door: conflict.door, time: time(conflict.at) })
            : t('conflicts.twice', {
                ...{ seat: conflict.entered.seat, first: conflict.entered.door },
                ...{ firstTime: time(conflict.entered.at), door: conflict.door, time: time(conflict.at) },
              })}
        </Notice>
      ))}
    </section>
  );
}
