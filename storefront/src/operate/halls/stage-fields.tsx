import { useTranslation } from 'react-i18next';
import { NumberOf } from './number-of.tsx';
import type { SceneStage } from './scene.ts';

interface StageFieldsProps {
  readonly stage: SceneStage;
  readonly onChange: (stage: SceneStage) => void;
}

export function StageFields({ stage, onChange }: StageFieldsProps) {
  const { t } = useTranslation('operate');
  const field = (key: keyof SceneStage, least: number) => (
    <NumberOf
      label={t(`halls.${key}`)}
      value={stage[key]}
      range={[least, 100_000]}
      onChange={(value) => onChange({ ...stage, [key]: value })}
    />
  );
  return (
    <section className="card stack" aria-labelledby="stage">
      <h2 id="stage">{t('halls.stage')}</h2>
      <div className="fields">
        {field('x', -100_000)}
        {field('y', -100_000)}
        {field('width', 100)}
        {field('depth', 100)}
      </div>
    </section>
  );
}
