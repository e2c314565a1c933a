import { useApolloClient, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import {
  AccountDocument,
  DeleteMyAccountDocument,
  ExportMyDataDocument,
  LogOutDocument,
} from '../api/operations.generated.ts';
import { faultOf } from '../api/problem.ts';
import type { Problem } from '../api/problem.ts';
import { forgetSession } from '../api/session.ts';
import type { Session } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { Consent } from '../design/choice.tsx';
import { Confirm } from '../design/confirm.tsx';
import { download } from '../design/download.ts';
import { ProblemNotice } from '../design/notice.tsx';
import { Failed, Loading } from '../design/states.tsx';
import { useTitle } from '../design/use-title.ts';
import { formatDate } from '../i18n/formats.ts';
import { ChangePassword } from './change-password.tsx';
import { CurrentPasswordField } from './password-field.tsx';
import { Sessions } from './sessions.tsx';
import { UnconfirmedEmail } from './unconfirmed-email.tsx';

/** Who the fan is, where they are logged in, and which data Frontrow keeps about them. */
export function AccountPage({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  useTitle(t('account.heading'));
  const client = useApolloClient();
  const { data, error, refetch } = useQuery(AccountDocument, { fetchPolicy: 'cache-and-network' });
  const me = data?.me;

  // The session ends here even if the server cannot be told: its token is deleted, and expires.
  const logOut = async () => {
    const { refreshToken } = session;
    await client.mutate({ mutation: LogOutDocument, variables: { refreshToken } }).catch(() => undefined);
    forgetSession();
  };

  return (
    <div className="page middle stack wide">
      <div className="row apart">
        <h1>{t('account.heading')}</h1>
        <Button className="button" onPress={() => void logOut()}>
          {t('account.logOut')}
        </Button>
      </div>
      {error && !me ? (
        <Failed error={error} again={refetch} />
      ) : !me ? (
        <Loading />
      ) : (
        <>
          <section className="card stack tight" aria-labelledby="profile">
            <h2 id="profile">{me.name}</h2>
            <p className="soft">{me.email}</p>
            <p className="soft small">
              {t('account.since', { date: formatDate(me.createdAt, i18n.language) })}
            </p>
          </section>
          <UnconfirmedEmail />
          <ChangePassword email={me.email ?? ''} onChanged={refetch} />
          <Sessions sessions={me.sessions ?? []} refetch={refetch} />
          <Data />
        </>
      )}
    </div>
  );
}

function Data() {
  const { t } = useTranslation();
  const client = useApolloClient();
  const deletion = useAction(DeleteMyAccountDocument, { once: true });
  const [password, setPassword] = useState('');
  const [accepted, setAccepted] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const save = async () => {
    setProblem(undefined);
    try {
      const { data } = await client.query({ query: ExportMyDataDocument, fetchPolicy: 'no-cache' });
      download('frontrow.json', 'application/json', JSON.stringify(data?.exportMyData, null, 2));
    } catch (error) {
      setProblem(faultOf(error));
    }
  };
  const remove = async () => {
    const answer = await deletion.run({ input: { password, acceptsLoss: accepted } });
    if (answer !== undefined) forgetSession();
  };

  return (
    <section className="card stack" aria-labelledby="data">
      <h2 id="data">{t('account.data')}</h2>
      <p className="soft">{t('account.exportHint')}</p>
      <ProblemNotice
        problem={problem ?? deletion.problem}
        instead={{ INVALID_CREDENTIALS: t('account.wrongPassword') }}
      />
      <div className="row">
        <Button className="button" onPress={() => void save()}>
          {t('account.export')}
        </Button>
        <Confirm
          className="button danger"
          label={t('account.delete')}
          question={t('account.delete')}
          hint={t('account.deleteHint')}
          yes={t('account.deleteConfirm')}
          no={t('common.cancel')}
          ready={accepted && password !== ''}
          busy={deletion.busy}
          onYes={() => void remove()}
        >
          <CurrentPasswordField label={t('account.password')} value={password} onChange={setPassword} />
          <Consent isSelected={accepted} onChange={setAccepted}>
            {t('account.deleteConsent')}
          </Consent>
        </Confirm>
      </div>
    </section>
  );
}
