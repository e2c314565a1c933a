import { skipToken, useQuery } from '@apollo/client/react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from 'react-aria-components/Form';
import { useLocation } from 'wouter';
import { ActionButton } from '../../design/action-button.tsx';
import { Choice, Choices } from '../../design/choice.tsx';
import { Field } from '../../design/field.tsx';
import { formatMoment } from '../../i18n/formats.ts';
import { ChosenDateDocument, DatesOfConcertsDocument } from '../operations.generated.ts';
import type { DatePartsFragment } from '../operations.generated.ts';

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
  const { t } = useTranslation('operate');
  const [, go] = useLocation();
  const [kind, setKind] = useState<Kind>(wish.label === undefined ? 'email' : 'seat');
  const [typed, setTyped] = useState(wish.email ?? wish.label ?? '');
  const [date, setDate] = useState(wish.scheduleId ?? '');
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
        {kind === 'seat' && <DateFields date={date} onChoose={setDate} />}
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

interface DateFieldsProps {
  /** The id of the date that is chosen; empty at first. */
  readonly date: string;
  readonly onChoose: (id: string) => void;
}

/** Chooses a date of any concert, also one that is over or does not take place: people ask about those, too. */
function DateFields({ date, onChoose }: DateFieldsProps) {
  const { t, i18n } = useTranslation('operate');
  const [search, setSearch] = useState('');
  const { data, previousData } = useQuery(DatesOfConcertsDocument, {
    variables: { search: useDeferredValue(search.trim()) },
  });
  const chosen = useQuery(ChosenDateDocument, date === '' ? skipToken : { variables: { id: date } }).data
    ?.schedule;
  const found = ((data ?? previousData)?.concerts.edges ?? []).flatMap(({ node: { title, schedules } }) =>
    schedules.map((each) => ({ ...each, title })),
  );
  // The chosen one stays, whatever is searched for.
  const others = found.filter(({ id }) => id !== date);
  const dates = chosen ? [{ ...chosen, title: chosen.concert.title }, ...others] : found;
  const nameOf = ({ title, startsAt, cancelledAt }: DatePartsFragment & { readonly title: string }) =>
    [title, formatMoment(startsAt, i18n.language), ...(cancelledAt === null ? [] : [t('show.isOff')])].join(
      ' · ',
    );
  return (
    <>
      <Field
        label={t('purchases.concert')}
        type="search"
        value={search}
        onChange={setSearch}
        autoComplete="off"
        maxLength={200}
      />
      <div className="field">
        <label htmlFor="date">{t('sale.date')}</label>
        <select id="date" value={date} onChange={(event) => onChoose(event.target.value)} required>
          {date === '' && <option value="">{t('purchases.chooseDate')}</option>}
          {dates.map((each) => (
            <option key={each.id} value={each.id}>
              {nameOf(each)}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
