import encodeQR from 'qr';

/** Empty modules around the code, without which scanners do not find it. */
const quiet = 4;

/**
 * A QR code as the path of an SVG.
 * @returns `size` modules to each side, the quiet zone among them
 */
export function qrPath(text: string): { readonly size: number; readonly path: string } {
  // Text of QR's alphanumeric alphabet is encoded as such: a third fewer modules than as bytes, each of them larger.
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quiet });
  const path = modules
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark && !row[x - 1] ? [run(row, x, y)] : [])))
    .join('');
  return { size: modules.length, path };
}

/** The dark modules from here on as one rectangle, so that no seam is seen between them. */
function run(row: readonly boolean[], x: number, y: number): string {
  const end = row.indexOf(false, x);
  const length = (end === -1 ? row.length : end) - x;
  return `M${x} ${y}h${length}v1h-${length}z`;
}
