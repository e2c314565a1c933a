import { useQuery } from '@apollo/client/react';
import { useTranslation } from 'react-i18next';
import { Empty, Failed, Loading } from '../../design/states.tsx';
import { useTitle } from '../../design/use-title.ts';
import { HallToDrawDocument } from '../operations.generated.ts';
import type { HallDrawingFragment } from '../operations.generated.ts';
import { HallEditor } from './hall-editor.tsx';
import { emptyScene } from './scene.ts';
import type { Scene } from './scene.ts';

/** Opens an existing hall in the editor. */
export function HallPage({ id }: { id: string }) {
  const { t } = useTranslation('operate');
  useTitle(t('halls.heading'));
  // Loaded from the server, because a drawing that is based on an older version cannot be saved.
  const { data, error, refetch } = useQuery(HallToDrawDocument, {
    variables: { id },
    fetchPolicy: 'network-only',
  });
  if (error && !data) return <div className="page">{<Failed error={error} again={refetch} />}</div>;
  if (!data)
    return (
      <div className="page">
        <Loading rows={6} />
      </div>
    );
  if (!data.hall) return <Empty isPage title={t('halls.gone')} />;
  return <HallEditor id={id} version={data.hall.version} scene={sceneOf(data.hall)} />;
}

export const NewHallPage = ({ id }: { id: string }) => <HallEditor id={id} version={0} scene={emptyScene} />;

function sceneOf({ name, stage, sections }: HallDrawingFragment): Scene {
  return { name, stage: plain(stage), sections: sections.map(plainSection) };
}

/** Removes the field that Apollo adds, because inputs do not have it. */
const plain = <Value extends { __typename?: string }>({ __typename, ...value }: Value) => value;
const plainSection = ({ wheelchairs, ...section }: HallDrawingFragment['sections'][number]) => ({
  ...plain(section),
  wheelchairs: wheelchairs.map(plain),
});
