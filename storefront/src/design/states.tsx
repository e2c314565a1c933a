import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { faultOf } from '../api/problem.ts';
import { ProblemNotice } from './notice.tsx';

/** A placeholder for content that is being loaded. Screen readers announce it. */
export function Loading({ rows = 3 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status">
      <span className="visually-hidden">{t('common.loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton" style={{ height: index === 0 ? '3rem' : '1.5rem' }} />
      ))}
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again: () => unknown }) {
  const { t } = useTranslation();
  return (
    <div className="stack">
      <ProblemNotice problem={faultOf(error)} />
      <div>
        <Button className="button" onPress={() => void again()}>
          {t('common.tryAgain')}
        </Button>
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  /** Whether it is the only thing on the page. */
  readonly isPage?: boolean;
  readonly children?: ReactNode;
}

export const Empty = ({ title, isPage = false, children }: EmptyProps) => (
  <div className="empty">
    {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
    {children}
  </div>
);
