import { Button } from 'react-aria-components/Button';
import { useTranslation } from 'react-i18next';

interface MoreButtonProps {
  /** The pageInfo of the last page that is shown; undefined if there is none. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null } | undefined;
  readonly fetchMore: (options: { variables: { after: string | null | undefined } }) => Promise<unknown>;
  readonly isDisabled?: boolean;
}

/** A button that loads the next page of a list, as long as there is one. */
export function MoreButton({ pageInfo, fetchMore, isDisabled = false }: MoreButtonProps) {
  const { t } = useTranslation();
  if (pageInfo?.hasNextPage !== true) return null;
  return (
    <div>
      <Button
        className="button"
        isDisabled={isDisabled}
        onPress={() => void fetchMore({ variables: { after: pageInfo.endCursor } })}
      >
        {t('common.more')}
      </Button>
    </div>
  );
}
