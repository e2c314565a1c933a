import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Notice } from '../design/notice.tsx';
import { takeNewVersion, useNewVersion } from './service-worker.ts';

/** A new version interrupts nobody: a fan who is about to pay can take it afterwards. */
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
