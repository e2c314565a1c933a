/** Finds the text of a QR code in a camera's picture; undefined if there is none. */
export type FindCode = (video: HTMLVideoElement) => Promise<string | undefined>;

interface Detector {
  detect(source: CanvasImageSource): Promise<{ readonly rawValue: string }[]>;
}
type DetectorClass = (new (options: { formats: string[] }) => Detector) & {
  getSupportedFormats(): Promise<string[]>;
};

/** Uses the browser if it can do this, which is faster and costs less battery; otherwise a library, which is loaded then. */
export async function codeFinder(): Promise<FindCode> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const formats = (await BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (BarcodeDetector !== undefined && formats.includes('qr_code')) {
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return async (video) => (await detector.detect(video))[0]?.rawValue;
  }
  const { default: decode } = await import('qr/decode.js');
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  // eslint-disable-next-line @typescript-eslint/require-await -- the browser's own function is asynchronous
  return async (video) => {
    const image = pen && picture(video, canvas, pen);
    if (!image) return undefined;
    try {
      return decode(image);
    } catch {
      return undefined; // there is no code in this picture
    }
  };
}

/** A ticket's code has at most 41 modules on each side. This many pixels show it well, and more would take longer. */
const widest = 720;

function picture(video: HTMLVideoElement, canvas: HTMLCanvasElement, pen: CanvasRenderingContext2D) {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0) return undefined;
  const scale = Math.min(1, widest / Math.max(videoWidth, videoHeight));
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  pen.drawImage(video, 0, 0, canvas.width, canvas.height);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
