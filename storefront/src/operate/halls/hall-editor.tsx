import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Link } from 'wouter';
import { useAction } from '../../api/use-action.ts';
import { ActionButton } from '../../design/action-button.tsx';
import { Field } from '../../design/field.tsx';
import { Icon } from '../../design/icon.tsx';
import { Notice, ProblemNotice } from '../../design/notice.tsx';
import { formatNumber } from '../../i18n/formats.ts';
import { SaveHallDocument } from '../operations.generated.ts';
import { findOverlap } from './geometry.ts';
import type { Point } from './geometry.ts';
import { HallPainter } from './hall-painter.ts';
import { begin, change, redo, settle, undo } from './history.ts';
import type { History } from './history.ts';
import '../../seat-map/seat-map.css';
import { SectionFields } from './section-fields.tsx';
import { addSection, changeSection, duplicateSection, placesIn, removeSection } from './scene.ts';
import type { Scene } from './scene.ts';
import { sceneBounds, shapeOf } from './shapes.ts';
import { StageFields } from './stage-fields.tsx';

interface HallEditorProps {
  readonly id: string;
  /** The version that the scene is based on; 0 if it was never saved. */
  readonly version: number;
  readonly scene: Scene;
}

/** In cm. Dragged sections keep to a grid of this size, and an arrow key moves by it. */
const grid = 10;
const stride = 100;
const turnStep = 5;

/** Draws a hall with a mouse, with fingers, or with the keyboard alone. */
export function HallEditor({ id, version: first, scene: opened }: HallEditorProps) {
  const { t, i18n } = useTranslation('operate');
  const [history, setHistory] = useState<History<Scene>>(() => begin(opened));
  const [selected, setSelected] = useState<number>();
  const [saved, setSaved] = useState({ version: first, scene: opened });
  const { run, busy, problem } = useAction(SaveHallDocument);
  const [overlap, setOverlap] = useState<readonly [string, string]>();
  const scene = history.present;
  const section = selected === undefined ? undefined : scene.sections[selected];

  const apply = (make: (scene: Scene) => Scene, subject?: string) =>
    setHistory((now) => change(now, make(now.present), subject));
  const changeSelected = (changes: Parameters<typeof changeSection>[2], subject?: string) => {
    if (selected !== undefined)
      apply((now) => changeSection(now, selected, changes), subject && `${selected} ${subject}`);
  };
  const add = (kind: 'SEATED' | 'STANDING') => {
    const behind = sceneBounds(scene).bottom + 200;
    apply((now) => addSection(now, kind, behind));
    setSelected(scene.sections.length);
  };
  const duplicate = () => {
    if (selected === undefined || section === undefined) return;
    const { left, right } = shapeOf(section).box;
    apply((now) => duplicateSection(now, selected, right - left + 120));
    setSelected(scene.sections.length);
  };
  const remove = () => {
    if (selected === undefined) return;
    apply((now) => removeSection(now, selected));
    setSelected(undefined);
  };
  const drag = (index: number, from: Point, by: Point) => {
    const onGrid = (value: number) => Math.round(value / grid) * grid;
    const to = { x: onGrid(from.x + by.x), y: onGrid(from.y + by.y) };
    apply((now) => changeSection(now, index, to), `drag ${index}`);
  };
  const save = async () => {
    const both = findOverlap(scene.sections);
    setOverlap(both === null ? undefined : [nameAt(scene, both[0]), nameAt(scene, both[1])]);
    if (both !== null) return;
    const answer = await run({ input: { id, version: saved.version, ...inputOf(scene) } });
    if (answer !== undefined) setSaved({ version: answer.version, scene });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (isCommand && (key === 'z' || key === 'y')) {
      event.preventDefault();
      setHistory(key === 'y' || event.shiftKey ? redo : undo);
    }
  };
  const onMapKey = (event: KeyboardEvent) => {
    if (section === undefined) return;
    const far = event.shiftKey ? stride : grid;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => changeSelected({ x: section.x - far }, 'keys'),
      ArrowRight: () => changeSelected({ x: section.x + far }, 'keys'),
      ArrowUp: () => changeSelected({ y: section.y - far }, 'keys'),
      ArrowDown: () => changeSelected({ y: section.y + far }, 'keys'),
      '[': () => changeSelected({ turn: section.turn - turnStep }, 'keys'),
      ']': () => changeSelected({ turn: section.turn + turnStep }, 'keys'),
      d: duplicate,
      Delete: remove,
      Backspace: remove,
      Escape: () => setSelected(undefined),
    };
    const move = event.ctrlKey || event.metaKey ? undefined : moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };

  const isSaved = saved.scene === scene && saved.version > 0;
  return (
    // Undo works for everything in here, fields included, because what is typed is part of the drawing at once.
    <div className="page stack wide" onKeyDown={onKeyDown}>
      <div className="row apart">
        <div>
          <Link className="link small" href="/halls">
            ← {t('halls.heading')}
          </Link>
          <h1>{scene.name === '' ? t('halls.unnamed') : scene.name}</h1>
          <p className="soft small" role="status">
            {t('halls.places', {
              count: placesIn(scene),
              places: formatNumber(placesIn(scene), i18n.language),
            })}
            {isSaved && ` · ${t('halls.saved')}`}
          </p>
        </div>
        <div className="row">
          <Button className="button" isDisabled={history.past.length === 0} onPress={() => setHistory(undo)}>
            {t('halls.undo')}
          </Button>
          <Button
            className="button"
            isDisabled={history.future.length === 0}
            onPress={() => setHistory(redo)}
          >
            {t('halls.redo')}
          </Button>
          <ActionButton
            className="button primary"
            busy={busy}
            isDisabled={scene.sections.length === 0 || scene.name.trim() === ''}
            onPress={() => void save()}
          >
            {t('halls.save')}
          </ActionButton>
        </div>
      </div>
      <ProblemNotice problem={problem} />
      {overlap && (
        <Notice tone="warning">{t('halls.overlap', { one: overlap[0], other: overlap[1] })}</Notice>
      )}
      <div className="sale">
        <div className="stack tight">
          <div className="row">
            <Button className="button" onPress={() => add('SEATED')}>
              <Icon name="plus" /> {t('halls.addSeats')}
            </Button>
            <Button className="button" onPress={() => add('STANDING')}>
              <Icon name="plus" /> {t('halls.addStanding')}
            </Button>
          </div>
          <HallCanvas
            {...{ scene, selected, onMapKey }}
            onSelect={setSelected}
            onDrag={drag}
            onDrop={() => setHistory(settle)}
          />
          <p className="soft small">{t('halls.keys')}</p>
        </div>
        <div className="stack side">
          <Field
            label={t('halls.name')}
            value={scene.name}
            maxLength={200}
            onChange={(name) => apply((now) => ({ ...now, name }), 'name')}
          />
          <label className="field">
            <span className="label">{t('halls.section')}</span>
            <select
              value={selected ?? ''}
              onChange={({ target }) => setSelected(target.value === '' ? undefined : Number(target.value))}
            >
              <option value="">{t('halls.stage')}</option>
              {scene.sections.map(({ name }, index) => (
                <option key={index} value={index}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          {section === undefined || selected === undefined ? (
            <StageFields
              stage={scene.stage}
              onChange={(stage) => apply((now) => ({ ...now, stage }), 'stage')}
            />
          ) : (
            <SectionFields
              {...{ scene, selected, section, duplicate, remove }}
              onChange={changeSelected}
              onScene={(make) => apply(make)}
              onSelect={setSelected}
            />
          )}
        </div>
      </div>
    </div>
  );
}

const inputOf = ({ name, stage, sections }: Scene) => ({
  ...{ name, stage },
  sections: sections.map((section) => ({ ...section, name: section.name.trim() })),
});

const nameAt = ({ sections }: Scene, index: number) => sections[index]?.name ?? '';

interface HallCanvasProps {
  readonly scene: Scene;
  readonly selected: number | undefined;
  readonly onSelect: (index: number | undefined) => void;
  readonly onDrag: (index: number, from: Point, by: Point) => void;
  readonly onDrop: () => void;
  readonly onMapKey: (event: KeyboardEvent) => void;
}

function HallCanvas({ scene, selected, onSelect, onDrag, onDrop, onMapKey }: HallCanvasProps) {
  const { t } = useTranslation('operate');
  const { t: common } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter, setPainter] = useState<HallPainter>();
  const select = useEffectEvent(onSelect);
  const move = useEffectEvent(onDrag);
  const drop = useEffectEvent(onDrop);
  useEffect(() => {
    const made = new HallPainter({
      canvas: canvas.current as HTMLCanvasElement,
      stageName: common('seats.stage'),
      onSelect: (index) => select(index),
      onDrag: (index, from, by) => move(index, from, by),
      onDrop: () => drop(),
    });
    setPainter(made);
    return () => made.stop();
  }, [common]);
  useEffect(() => painter?.show(scene, selected), [painter, scene, selected]);
  return (
    <div className="map drawing">
      {/* It handles keys for the section that is selected. The fields beside it can do all of the same. */}
      <canvas ref={canvas} role="application" tabIndex={0} aria-label={t('halls.map')} onKeyDown={onMapKey} />
      <div className="map-foot">
        <span />
        <div className="map-buttons">
          <Button
            className="button square"
            aria-label={common('seats.zoomIn')}
            onPress={() => painter?.zoomBy(1.8)}
          >
            <Icon name="plus" />
          </Button>
          <Button
            className="button square"
            aria-label={common('seats.zoomOut')}
            onPress={() => painter?.zoomBy(1 / 1.8)}
          >
            <Icon name="minus" />
          </Button>
          <Button
            className="button square"
            aria-label={common('seats.fit')}
            onPress={() => painter?.showAll()}
          >
            <Icon name="fit" />
          </Button>
        </div>
      </div>
    </div>
  );
}
