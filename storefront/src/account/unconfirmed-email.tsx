import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '@apollo/client/react';
import { MyEmailDocument, RequestEmailConfirmationDocument } from '../api/operations.generated.ts';
import { useAction } from '../api/use-action.ts';
import { ActionButton } from '../design/action-button.tsx';
import { Notice, ProblemNotice } from '../design/notice.tsx';

/** Reminds a fan whose address is not confirmed, because tickets and refunds are mailed there. */
export function UnconfirmedEmail() {
  const { t } = useTranslation();
  const { data } = useQuery(MyEmailDocument);
  const me = data?.me;
  if (!me?.email || me.emailConfirmedAt !== null) return null;
  return (
    <Notice>
      <div className="stack tight">
        <p>{t('account.unconfirmed', { email: me.email })}</p>
        <AskForConfirmation />
      </div>
    </Notice>
  );
}

export function AskForConfirmation() {
  const { t } = useTranslation();
  const asking = useAction(RequestEmailConfirmationDocument, { once: true });
  const [answer, setAnswer] = useState<boolean>();
  return (
    <div className="stack tight">
      <ProblemNotice problem={asking.problem} />
      <div role="status">
        {answer !== undefined && <b>{t(answer ? 'account.mailSent' : 'account.mailedTooOften')}</b>}
      </div>
      <div>
        <ActionButton
          className="button"
          busy={asking.busy}
          isDisabled={answer === true}
          onPress={() => void asking.run({}).then(setAnswer)}
        >
          {t('account.sendAgain')}
        </ActionButton>
      </div>
    </div>
  );
}
