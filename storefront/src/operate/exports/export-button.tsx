import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { faultOf } from '../../api/problem.ts';
import type { Problem } from '../../api/problem.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { downloadBlob } from '../../design/download.ts';
import { ProblemNotice } from '../../design/notice.tsx';
import { exportFile } from './export-file.ts';
import type { Export } from './export-file.ts';

/** Exports a table to a file. The log of operators records it. */
export function ExportButton({ what }: { what: Export }) {
  const { t } = useTranslation('operate');
  const client = useApolloClient();
  const [rows, setRows] = useState<number>();
  const [problem, setProblem] = useState<Problem>();
  const begin = async () => {
    setProblem(undefined);
    setRows(0);
    try {
      downloadBlob(`frontrow-${what.of}.csv`, await exportFile(client, what, setRows));
    } catch (error) {
      setProblem(faultOf(error));
    }
    setRows(undefined);
  };
  return (
    <div className="stack tight">
      <ActionButton className="button" busy={rows !== undefined} onPress={() => void begin()}>
        {rows === undefined ? t(`exports.${what.of}`) : t('exports.rows', { rows })}
      </ActionButton>
      <ProblemNotice problem={problem} />
    </div>
  );
}
