import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import type { Problem } from '../../api/problem.ts';
import { Confirm } from '../../design/confirm.tsx';
import type { ConfirmProps } from '../../design/confirm.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { Failed, Loading } from '../../design/states.tsx';

interface ShowDecisionProps {
  /** Which decision it is, as the texts name it. */
  readonly name: 'move' | 'show';
  /** Whether it was made: then what has become of it is shown at once. */
  readonly isMade: boolean;
  /** Asks the server, so it is mounted only when the operator wants to see it. */
  readonly children: ReactNode;
}

/** A decision of an operator about a show, which is rehearsed before it is made. */
export function ShowDecision({ name, isMade, children }: ShowDecisionProps) {
  const { t } = useTranslation('operate');
  const [isOpen, setOpen] = useState(false);
  if (!isMade && !isOpen) {
    return (
      <section className="card row apart" aria-label={t(`${name}.heading`)}>
        <p className="soft">{t(`${name}.hint`)}</p>
        <Button className="button" onPress={() => setOpen(true)}>
          {t(`${name}.rehearse`)}
        </Button>
      </section>
    );
  }
  return (
    <section className="card stack" aria-labelledby={`decision-${name}`}>
      <h2 id={`decision-${name}`}>{t(`${name}.heading`)}</h2>
      {children}
    </section>
  );
}

/** What is shown until the show is known that the decision is about. */
export const NotKnownYet = ({ error, again }: { error: unknown; again: () => unknown }) =>
  error === undefined ? <Loading rows={3} /> : <Failed error={error} again={again} />;

interface RehearsalProps extends Omit<ConfirmProps, 'className' | 'no' | 'children'> {
  readonly tone: 'warning' | 'danger';
  /** What the decision would do at this moment, a sentence each. */
  readonly then: readonly string[];
  /** Whether the number of reservations is known. Without it nothing can be decided. */
  readonly isKnown: boolean;
  readonly problem: Problem | undefined;
}

/** What a decision would do at this moment, and the button that makes it. Nothing is done before the operator has confirmed it. */
export function Rehearsal({ tone, then, isKnown, problem, ready = true, ...question }: RehearsalProps) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  return (
    <>
      <Notice tone={tone}>
        <b>{t('show.wouldDo')}</b>
        <ul className="consequences">
          {then.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Notice>
      {!isKnown && <Notice tone="warning">{t('show.unknown')}</Notice>}
      <ProblemNotice problem={problem} />
      <div>
        <Confirm
          {...question}
          className="button danger"
          no={common('common.cancel')}
          ready={ready && isKnown}
        />
      </div>
    </>
  );
}
