import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { ConfirmEmailDocument } from '../api/operations.generated.ts';
import { useSession } from '../api/session.ts';
import { attemptOnce } from '../api/use-action.ts';
import type { Outcome } from '../api/use-action.ts';
import { Notice, ProblemNotice } from '../design/notice.tsx';
import { Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { useMailedToken } from './mailed-token.ts';
import { AskForConfirmation } from './unconfirmed-email.tsx';

/** The page of the link in the mail. It confirms without a press of a button, because confirming twice is the same as once. */
export function ConfirmEmailPage() {
  const { t } = useTranslation();
  useTitle(t('account.confirmHeading'));
  const token = useMailedToken();
  const isLoggedIn = useSession() !== undefined;
  const client = useApolloClient();
  const [outcome, setOutcome] = useState<Outcome<unknown>>();
  useEffect(() => {
    void attemptOnce(client, ConfirmEmailDocument, { token }).then(setOutcome);
  }, [client, token]);
  const problem = outcome !== undefined && 'problem' in outcome ? outcome.problem : undefined;
  const isOver = problem?.code === 'CONFIRMATION_EXPIRED';
  return (
    <div className="page narrow stack wide">
      <h1>{t('account.confirmHeading')}</h1>
      {outcome === undefined && <Loading rows={1} />}
      <ProblemNotice problem={problem} />
      <div role="status">
        {outcome !== undefined && problem === undefined && (
          <Notice tone="good">{t('account.confirmed')}</Notice>
        )}
      </div>
      {isOver && isLoggedIn && <AskForConfirmation />}
      <p>
        <Link className="link" href={isOver && !isLoggedIn ? '/log-in?next=/account' : '/'}>
          {isOver && !isLoggedIn ? t('account.logIn') : t('common.toConcerts')}
        </Link>
      </p>
    </div>
  );
}
