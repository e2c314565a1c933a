import type { DrawnSection } from '../domain/hall.ts';
import type { DrawnHall } from '../operations/save-hall.ts';
import type { HallSectionInput, SaveHallInput } from './types.generated.ts';

/** Fields that a client left out, or gave as null, get the schema's defaults. */
export const drawnHall = ({ id, version, name, stage, sections }: SaveHallInput): DrawnHall => ({
  ...{ id, version, name, stage },
  sections: sections.map(drawnSection),
});

const drawnSection = (section: HallSectionInput): DrawnSection => ({
  ...{ name: section.name, kind: section.kind, x: section.x, y: section.y },
  turn: section.turn ?? 0,
  rows: section.rows ?? 1,
  seatsPerRow: section.seatsPerRow,
  firstRow: section.firstRow ?? 1,
  firstNumber: section.firstNumber ?? 1,
  numbering: section.numbering ?? 'LEFT_TO_RIGHT',
  radius: section.radius ?? null,
  seatPitch: section.seatPitch ?? 50,
  rowPitch: section.rowPitch ?? 90,
  aislesAfter: section.aislesAfter ?? [],
  wheelchairs: section.wheelchairs ?? [],
  width: section.width ?? 0,
  depth: section.depth ?? 0,
});
