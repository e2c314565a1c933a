import { useTranslation } from 'react-i18next';
import { useTitle } from '../../design/use-title.ts';
import { DeadLetters } from './dead-letters.tsx';
import { Deliveries } from './deliveries.tsx';
import { Invariants } from './invariants.tsx';

/** What does not go on by itself: events that a service gave up on, what outside systems did not take, and whether all is as it must be. */
export function TroublePage() {
  const { t } = useTranslation('operate');
  useTitle(t('nav.trouble'));
  return (
    <div className="page stack wide">
      <h1>{t('trouble.heading')}</h1>
      <DeadLetters />
      <Deliveries />
      <Invariants />
    </div>
  );
}
