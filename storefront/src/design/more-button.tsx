import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../api/problem.ts';
import type { Problem } from '../api/problem.ts';
import { ProblemNotice } from './notice.tsx';

interface MoreButtonProps {
  /** The pageInfo of the last page that is shown; undefined if there is none. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null } | undefined;
  readonly fetchMore: (options: { variables: { after: string | null | undefined } }) => Promise<unknown>;
  readonly isDisabled?: boolean;
}

/** A button that loads the next page of a list, as long as there is one. */
export function MoreButton({ pageInfo, fetchMore, isDisabled = false }: MoreButtonProps) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<Problem>();
  if (pageInfo?.hasNextPage !== true) return null;
  const more = async () => {
    setProblem(undefined);
    await fetchMore({ variables: { after: pageInfo.endCursor } }).catch((error: unknown) => {
      setProblem(faultOf(error));
    });
  };
  return (
    <div className="stack">
      <ProblemNotice problem={problem} />
      <div>
        <Button className="button" isDisabled={isDisabled} onPress={() => void more()}>
          {t('common.more')}
        </Button>
      </div>
    </div>
  );
}
