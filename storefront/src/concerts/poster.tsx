import { designOf } from './poster-design.ts';
import type { PosterDesign } from './poster-design.ts';
import './poster.css';

interface PosterProps {
  readonly artist: string;
  readonly title: string;
  /** The text at the foot, for example the days. */
  readonly foot: string;
}

/** A decoration: everything on it is also beside it as text. */
export function Poster({ artist, title, foot }: PosterProps) {
  const design = designOf(`${artist}/${title}`);
  const { back, ink } = design.palette;
  return (
    <div className="poster" aria-hidden="true" style={{ backgroundColor: back, color: ink }}>
      <span className={`poster-artist ${artist.length > 14 ? 'long' : ''}`}>{artist}</span>
      <svg viewBox="0 140 300 260" preserveAspectRatio="xMidYMid slice">
        {draw[design.pattern](design)}
      </svg>
      <span className="poster-foot">{foot}</span>
    </div>
  );
}

const times = <T,>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const draw: Record<PosterDesign['pattern'], (design: PosterDesign) => React.ReactNode> = {
  arcs({ palette: { shapes }, next }) {
    const [x, y] = [60 + next() * 180, 250 + next() * 90];
    const count = 6 + Math.floor(next() * 3);
    return times(count, (index) => (
      <circle key={index} cx={x} cy={y} r={(count - index) * 34 - 12} fill={shapes[index % 3]} />
    ));
  },
  waves({ palette: { shapes }, next }) {
    const shift = next() * 100;
    return times(7, (index) => {
      const y = 202 + index * 34;
      const lift = 24 + ((index * 17 + shift) % 34);
      const path = `M-20 ${y}C60 ${y - lift} 120 ${y + lift} 200 ${y}S300 ${y - lift} 340 ${y}V420H-20Z`;
      return <path key={index} d={path} fill={shapes[index % 3]} />;
    });
  },
  bars({ palette: { shapes }, next }) {
    return times(12, (index) => {
      const height = 50 + next() * 230;
      return (
        <rect
          key={index}
          x={index * 25 + 3}
          y={400 - height}
          width="19"
          height={height + 20}
          rx="9.5"
          fill={shapes[Math.floor(next() * 3)]}
        />
      );
    });
  },
  moon({ palette: { shapes }, next }) {
    const x = 90 + next() * 120;
    return (
      <>
        <circle cx={x} cy="246" r="92" fill={shapes[0]} />
        <circle cx={x + 34} cy="227" r="76" fill={shapes[1]} />
        {times(9, (index) => (
          <rect
            key={index}
            x="-10"
            y={286 + index * 15}
            width="320"
            height={3 + index * 1.6}
            fill={shapes[2]}
          />
        ))}
      </>
    );
  },
  dots({ palette: { shapes }, next }) {
    const [x, y] = [next() * 9, 5 + next() * 7];
    return times(9 * 9, (index) => {
      const [column, row] = [index % 9, Math.floor(index / 9) + 4];
      const distance = Math.hypot(column - x, row - y);
      return (
        <circle
          key={index}
          cx={column * 34 + 14}
          cy={row * 32 + 10}
          r={Math.max(2.5, 16 - distance * 2)}
          fill={shapes[Math.floor(distance / 2.5) % 3]}
        />
      );
    });
  },
};
