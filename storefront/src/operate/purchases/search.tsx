import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { useLocation } from 'wouter';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { formatMoment } from '../../i18n/formats.ts';
import { DatesOnSaleDocument } from '../operations.generated.ts';

const kinds = ['email', 'seat', 'id'] as const;
type Kind = (typeof kinds)[number];

/** A search. It is in the page's address, so it can be sent to a colleague. */
export interface Wish {
  readonly email?: string;
  readonly scheduleId?: string;
  readonly label?: string;
}

export function wishIn(search: string): Wish {
  const params = new URLSearchParams(search);
  const [email, scheduleId, label] = ['email', 'date', 'seat'].map((name) => params.get(name) ?? '');
  return {
    ...(email && { email }),
    ...(scheduleId && label && { scheduleId, label }),
  };
}

export function Search({ wish }: { wish: Wish }) {
  const { t, i18n } = useTranslation('operate');
  const [, go] = useLocation();
  const [kind, setKind] = useState<Kind>(wish.label === undefined ? 'email' : 'seat');
  const [typed, setTyped] = useState(wish.email ?? wish.label ?? '');
  const { data } = useQuery(DatesOnSaleDocument, { skip: kind !== 'seat' });
  const dates = (data?.concerts.edges ?? []).flatMap(({ node: { title, schedules } }) =>
    schedules.map(({ id, startsAt }) => ({
      id,
      name: `${title} · ${formatMoment(startsAt, i18n.language)}`,
    })),
  );
  const [chosen, setDate] = useState(wish.scheduleId);
  const date = chosen ?? dates[0]?.id ?? '';
  const submit = () => {
    const text = typed.trim();
    if (text === '') go('/purchases');
    else if (kind === 'id') go(`/purchases/${encodeURIComponent(text)}`);
    else
      go(
        `/purchases?${new URLSearchParams(kind === 'email' ? { email: text } : { date, seat: text }).toString()}`,
      );
  };
  return (
    <Form
      className="card stack search-purchases"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Choices
        label={t('purchases.findBy')}
        isLabelHidden
        value={kind}
        onChange={(value) => {
          setKind(value);
          setTyped('');
        }}
      >
        {kinds.map((each) => (
          <Choice key={each} value={each}>
            {t(`purchases.by.${each}`)}
          </Choice>
        ))}
      </Choices>
      <div className="search-fields">
        {kind === 'seat' && (
          <div className="field">
            <label htmlFor="date">{t('sale.date')}</label>
            <select
              id="date"
              value={date}
              onChange={(event) => {
                setDate(event.target.value);
              }}
            >
              {dates.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </div>
        )}
        <Field
          label={t(`purchases.typed.${kind}`)}
          value={typed}
          onChange={setTyped}
          type={kind === 'email' ? 'email' : 'text'}
          autoComplete="off"
          maxLength={254}
        />
        <ActionButton type="submit" className="button primary">
          {t('purchases.find')}
        </ActionButton>
      </div>
    </Form>
  );
}
