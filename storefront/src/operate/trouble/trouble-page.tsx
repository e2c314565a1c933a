import { useTranslation } from 'react-i18next';
import { useTitle } from '../../design/use-title.ts';
import { DeadLetters } from './dead-letters.tsx';
import { Deliveries } from './deliveries.tsx';
import { Invariants } from './invariants.tsx';

/** What needs an operator: events that a service gave up on, failed deliveries, and broken invariants. */
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
