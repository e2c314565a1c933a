import { useTranslation } from 'react-i18next';
import { useNow } from '../../design/use-now.ts';
import { formatCountdown } from '../../i18n/formats.ts';

interface NextMoveProps {
  readonly move: { readonly kind: 'REPLAY' | 'COMPENSATE'; readonly at: string };
  readonly isShort?: boolean;
}

/** What the system does next about a purchase, and when. */
export function NextMove({ move: { kind, at }, isShort = false }: NextMoveProps) {
  const { t } = useTranslation('operate');
  const left = Date.parse(at) - useNow();
  const time = left <= 0 ? t('saga.atOnce') : t('saga.in', { time: formatCountdown(left) });
  return (
    <span className={isShort ? 'small soft numbers' : 'numbers'}>
      {t(`saga.${isShort ? 'shortMove' : 'move'}.${kind}`, { time })}
    </span>
  );
}
