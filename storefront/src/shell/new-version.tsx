import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Notice } from '../design/notice.tsx';
import { takeNewVersion, useNewVersion } from './service-worker.ts';

/** Nobody is interrupted by a new version: whoever is about to pay takes it afterwards. */
export function NewVersion() {
  const { t } = useTranslation();
  const isThere = useNewVersion();
  return (
    <div role="status" className={isThere ? 'strip' : undefined}>
      {isThere && (
        <Notice>
          <div className="row apart">
            {t('common.newVersion')}
            <Button className="button" onPress={takeNewVersion}>
              {t('common.takeNewVersion')}
            </Button>
          </div>
        </Notice>
      )}
    </div>
  );
}
