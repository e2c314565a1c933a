import type { HallSectionInput, SaveHallInput } from '../operations.generated.ts';

/** A section as it is drawn, with all fields that concerts stores. */
export type SceneSection = {
  readonly [Key in keyof Required<HallSectionInput>]: Drawn<HallSectionInput[Key], Key>;
};
/** Only a radius may be null, which means straight rows. */
type Drawn<Value, Key> = Key extends 'radius' ? number | null : NonNullable<Value>;
export type SceneStage = SaveHallInput['stage'];

/** A drawing. It never changes: each change makes a new one. */
export interface Scene {
  readonly name: string;
  readonly stage: SceneStage;
  /** Nearest the stage first. */
  readonly sections: readonly SceneSection[];
}

export const emptyScene: Scene = {
  name: '',
  stage: { x: 0, y: 0, width: 1_200, depth: 600 },
  sections: [],
};

const plain = {
  ...{ x: 0, turn: 0, firstRow: 1, firstNumber: 1 },
  numbering: 'LEFT_TO_RIGHT' as const,
  ...{ radius: null, seatPitch: 50, rowPitch: 90, aislesAfter: [], wheelchairs: [], width: 0, depth: 0 },
};

/** Adds a section behind all others. */
export function addSection(scene: Scene, kind: SceneSection['kind'], behind: number): Scene {
  const name = freeName(scene);
  const y = Math.round(behind / 10) * 10;
  const added: SceneSection =
    kind === 'SEATED'
      ? { ...plain, kind, name, y, rows: 10, seatsPerRow: 20 }
      : { ...plain, kind, name, y, rows: 1, seatsPerRow: 200, firstRow: 0, width: 1_200, depth: 600 };
  return { ...scene, sections: [...scene.sections, added] };
}

/** A, B, … Z, AA: the first name that no section has. */
export function freeName({ sections }: Pick<Scene, 'sections'>): string {
  for (let number = 0; ; number++) {
    let name = '';
    for (let rest = number; rest >= 0; rest = Math.floor(rest / 26) - 1)
      name = String.fromCharCode(65 + (rest % 26)) + name;
    if (!sections.some((section) => section.name === name)) return name;
  }
}

/** Puts a copy of a section beside it. */
export function duplicateSection(scene: Scene, index: number, aside: number): Scene {
  const section = scene.sections[index];
  if (section === undefined) return scene;
  const copy = { ...section, name: freeName(scene), x: section.x + Math.round(aside / 10) * 10 };
  return { ...scene, sections: [...scene.sections, copy] };
}

export function changeSection(scene: Scene, index: number, change: Partial<SceneSection>): Scene {
  const sections = scene.sections.map((section, at) =>
    at === index ? pruned({ ...section, ...change }) : section,
  );
  return { ...scene, sections };
}

/** Removes aisles and wheelchair places at numbers that no longer exist. */
function pruned(section: SceneSection): SceneSection {
  const { firstRow, firstNumber, rows, seatsPerRow } = section;
  const lastNumber = firstNumber + seatsPerRow - 1;
  const isThere = (number: number) => number >= firstNumber && number <= lastNumber;
  const aislesAfter = section.aislesAfter.filter((number) => isThere(number) && number < lastNumber);
  const wheelchairs = section.wheelchairs.filter(
    ({ row, number, companion }) =>
      row >= firstRow &&
      row < firstRow + rows &&
      isThere(number) &&
      isThere(companion) &&
      !aislesAfter.includes(Math.min(number, companion)),
  );
  const isSame =
    aislesAfter.length === section.aislesAfter.length && wheelchairs.length === section.wheelchairs.length;
  return isSame ? section : { ...section, aislesAfter, wheelchairs };
}

/** Makes a wheelchair place and its companion's seat of two neighbouring seats, or two ordinary seats of such a pair. */
export function toggleWheelchair(scene: Scene, index: number, row: number, number: number): Scene {
  const section = scene.sections[index];
  if (section?.kind !== 'SEATED') return scene;
  const { wheelchairs } = section;
  const has = (seat: number) =>
    wheelchairs.some((pair) => pair.row === row && (pair.number === seat || pair.companion === seat));
  if (has(number)) {
    const others = wheelchairs.filter(
      (pair) => pair.row !== row || (pair.number !== number && pair.companion !== number),
    );
    return changeSection(scene, index, { wheelchairs: others });
  }
  const isFree = (seat: number) =>
    seat >= section.firstNumber &&
    seat < section.firstNumber + section.seatsPerRow &&
    !has(seat) &&
    !section.aislesAfter.includes(Math.min(seat, number));
  const companion = [number + 1, number - 1].find(isFree);
  if (companion === undefined) return scene;
  return changeSection(scene, index, { wheelchairs: [...wheelchairs, { row, number, companion }] });
}

export const removeSection = (scene: Scene, index: number): Scene => ({
  ...scene,
  sections: scene.sections.filter((_, at) => at !== index),
});

/** Moves a section nearer the stage, or further away, in the order in which best seats are searched. */
export function reorderSection(scene: Scene, index: number, by: -1 | 1): Scene {
  const [section, other] = [scene.sections[index], scene.sections[index + by]];
  if (section === undefined || other === undefined) return scene;
  const sections = scene.sections.slice();
  [sections[index], sections[index + by]] = [other, section];
  return { ...scene, sections };
}

export const placesIn = ({ sections }: Pick<Scene, 'sections'>): number =>
  sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
