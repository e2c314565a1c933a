import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';

const isOnline = () => navigator.onLine;

function onChange(listener: () => void) {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}

export function Offline() {
  const { t } = useTranslation();
  const online = useSyncExternalStore(onChange, isOnline);
  return (
    <div role="status" className={online ? undefined : 'strip'}>
      {!online && <Notice tone="warning">{t('common.offline')}</Notice>}
    </div>
  );
}
