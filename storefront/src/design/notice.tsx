import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Problem } from '../api/problem.ts';
import { formatWait } from '../i18n/formats.ts';
import { Icon } from './icon.tsx';

const icons = { plain: 'info', good: 'check', warning: 'warning', danger: 'warning' } as const;

export const Notice = ({ tone = 'plain', children }: { tone?: keyof typeof icons; children: ReactNode }) => (
  <div className={`notice ${tone}`}>
    <Icon name={icons[tone]} />
    <div>{children}</div>
  </div>
);

const sentenceOf = (problem: Problem, t: TFunction) =>
  problem.kind === 'refusal'
    ? t(`refusals.${problem.code}`)
    : problem.code === 'BAD_USER_INPUT' && /password$/i.test(problem.argument ?? '')
      ? t('account.weakPassword')
      : t(`faults.${problem.code}`);

interface ProblemNoticeProps {
  readonly problem: Problem | undefined;
  /** Texts for codes that mean something more specific here. */
  readonly instead?: Partial<Record<Problem['code'], string>>;
}

/** Says why something did not succeed and what to do. Screen readers announce it at once. */
export function ProblemNotice({ problem, instead = {} }: ProblemNoticeProps) {
  const { t, i18n } = useTranslation();
  const logIn = problem?.code === 'UNAUTHENTICATED' || problem?.code === 'SESSION_EXPIRED';
  return (
    <div role="alert">
      {problem && (
        <Notice tone="danger">
          {instead[problem.code] ?? sentenceOf(problem, t)}{' '}
          {problem.kind === 'refusal' &&
            problem.retryAfterSeconds !== undefined &&
            t('common.retryIn', { time: formatWait(problem.retryAfterSeconds, i18n.language) })}
          {logIn && (
            <Link className="link" href={`/log-in?next=${encodeURIComponent(location.pathname)}`}>
              {t('nav.logIn')}
            </Link>
          )}
        </Notice>
      )}
    </div>
  );
}
