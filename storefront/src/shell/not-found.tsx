import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { Empty } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';

export function NotFound() {
  const { t } = useTranslation();
  useTitle(t('common.notFound'));
  return (
    <div className="page">
      <Empty isPage title={t('common.notFound')}>
        <p className="soft">{t('common.notFoundHint')}</p>
        <Link className="link" href="/">
          {t('common.toConcerts')}
        </Link>
      </Empty>
    </div>
  );
}
