import { useTranslation } from 'react-i18next';
import { useTitle } from '../../design/use-title.ts';
import { DeadLetters } from './dead-letters.tsx';
import { Deliveries } from './deliveries.tsx';

/** What does not go on by itself: events that a service gave up on, and what outside systems did not take. */
export function TroublePage() {
  const { t } = useTranslation('operate');
  useTitle(t('nav.trouble'));
  return (
    <div className="page stack wide">
      <h1>{t('trouble.heading')}</h1>
      <DeadLetters />
      <Deliveries />
    </div>
  );
}
