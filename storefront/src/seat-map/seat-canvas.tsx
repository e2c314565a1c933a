import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Icon } from '../design/icon.tsx';
import { formatPrice } from '../i18n/formats.ts';
import { shadeOf } from './colours.ts';
import type { Section } from './layout.ts';
import { MapPainter } from './map-painter.ts';
import type { Seats } from './seats.ts';

export interface ChoosingProps {
  readonly seats: Seats;
  readonly chosen: ReadonlySet<number>;
  /** Selects or deselects a seat. */
  readonly toggle: (index: number) => void;
  /** Selects a standing area. */
  readonly onArea?: (section: Section) => void;
  /** What a seat is that cannot be chosen: taken, unless it is said. */
  readonly others?: string;
}

/** The hall as a picture. Everything in it can also be read and selected in the list. */
export function SeatCanvas({ seats, chosen, toggle, onArea, others }: ChoosingProps) {
  const { t, i18n } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [painter, setPainter] = useState<MapPainter>();
  const onSeat = useEffectEvent(toggle);
  const onTappedArea = useEffectEvent((section: Section) => onArea?.(section));
  useEffect(() => {
    const made = new MapPainter({
      canvas: canvas.current as HTMLCanvasElement,
      seats,
      stageName: t('seats.stage'),
      onSeat: (index) => onSeat(index),
      onArea: (section) => onTappedArea(section),
    });
    setPainter(made);
    return () => made.stop();
  }, [seats, t]);
  useEffect(() => painter?.choose(chosen), [painter, chosen]);

  const { sections } = seats.layout;
  const prices = [...new Set(sections.map(({ price }) => price))].sort((a, b) => b - a);
  return (
    <div className="map">
      <canvas ref={canvas} role="img" aria-label={t('seats.mapLabel')} />
      <div className="map-foot">
        <ul className="legend small">
          {prices.map((price) => (
            <li key={price}>
              <span className={`swatch shade-${shadeOf(price, prices) + 1}`} />
              {formatPrice(price, i18n.language)}
            </li>
          ))}
          <li>
            <span className="swatch chosen" />
            {t('seats.yours')}
          </li>
          <li>
            <span className="swatch taken" />
            {others ?? t('seats.gone')}
          </li>
          {seats.layout.companions.size > 0 && (
            <li>
              <span className="swatch wheelchair" />
              {t('seats.wheelchairs')}
            </li>
          )}
        </ul>
        <div className="map-buttons">
          <Button
            className="button square"
            aria-label={t('seats.zoomIn')}
            onPress={() => painter?.zoomBy(1.8)}
          >
            <Icon name="plus" />
          </Button>
          <Button
            className="button square"
            aria-label={t('seats.zoomOut')}
            onPress={() => painter?.zoomBy(1 / 1.8)}
          >
            <Icon name="minus" />
          </Button>
          <Button className="button square" aria-label={t('seats.fit')} onPress={() => painter?.showAll()}>
            <Icon name="fit" />
          </Button>
        </div>
      </div>
    </div>
  );
}
