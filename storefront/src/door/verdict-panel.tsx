import { useTranslation } from 'react-i18next';
import { Icon } from '../design/icon.tsx';
import { formatMoment } from '../i18n/formats.ts';
import type { Verdict } from './door.ts';

/** Yes or no, in large: shown by colour, sign and word, and announced by screen readers. */
export function VerdictPanel({ verdict }: { verdict: Verdict | undefined }) {
  const { t, i18n } = useTranslation('door');
  const tone = verdict === undefined ? 'waiting' : verdict.is === 'YES' ? 'yes' : 'no';
  return (
    <div role="alert" className={`verdict ${tone}`}>
      {verdict === undefined ? (
        <p className="soft">{t('verdict.waiting')}</p>
      ) : (
        <>
          <Icon name={tone === 'yes' ? 'check' : 'close'} size={72} />
          <strong>{t(`verdict.${tone as 'yes' | 'no'}`)}</strong>
          <span>{detail()}</span>
        </>
      )}
    </div>
  );

  function detail(): string {
    if (verdict === undefined) return '';
    switch (verdict.is) {
      case 'YES':
        return verdict.seat ?? t('verdict.offline');
      case 'ALREADY':
        return t('verdict.already', {
          door: verdict.door,
          time: formatMoment(new Date(verdict.at).toISOString(), i18n.language),
        });
      case 'VOID':
      case 'UNKNOWN':
      case 'OTHER_SHOW':
      case 'NOT_ALLOWED':
      case 'NO_LIST':
        return t(`verdict.because.${verdict.is}`);
    }
  }
}
