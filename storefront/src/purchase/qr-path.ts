import encodeQR from 'qr';

/** The width of the empty border, in modules, without which scanners do not find the code. */
const quiet = 4;

/**
 * A QR code as the path of an SVG.
 * @returns `size` is the number of modules on each side, including the border
 */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  // Text in QR's alphanumeric alphabet takes a third fewer modules than bytes, so each module is larger.
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quiet });
  const path = modules
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark && !row[x - 1] ? [run(row, x, y)] : [])))
    .join('');
  return { size: modules.length, path };
}

/** Draws adjacent dark modules as one rectangle, so that there are no visible seams between them. */
function run(row: readonly boolean[], x: number, y: number): string {
  const end = row.indexOf(false, x);
  const length = (end === -1 ? row.length : end) - x;
  return `M${x} ${y}h${length}v1h-${length}z`;
}
