import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from 'react-aria-components/Button';
import { Notice } from '../design/notice.tsx';
import { codeFinder } from './find-code.ts';
import { allowSounds } from './signals.ts';

/** How often the camera's picture is searched for a code, in ms. */
const lookEveryMs = 120;
/** A code usually stays before the camera for a while. It is read again only after it was gone for this long, in ms. */
const sameForMs = 3_000;

/** Reads the codes that are held before the camera, each once as long as it stays there. */
export function Camera({ onCode }: { onCode: (code: string) => void }) {
  const { t } = useTranslation('door');
  const [isOn, setOn] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  if (!isOn) {
    const start = () => {
      allowSounds();
      setFailed(false);
      setOn(true);
    };
    return (
      <div className="stack tight">
        {hasFailed && <Notice tone="warning">{t('camera.failed')}</Notice>}
        <Button className="button primary wide" onPress={start}>
          {t('camera.start')}
        </Button>
      </div>
    );
  }
  const fail = () => {
    setOn(false);
    setFailed(true);
  };
  return (
    <div className="stack tight">
      <Viewfinder onCode={onCode} onFailed={fail} />
      <Button className="button quiet wide" onPress={() => setOn(false)}>
        {t('camera.stop')}
      </Button>
    </div>
  );
}

function Viewfinder({ onCode, onFailed }: { onCode: (code: string) => void; onFailed: () => void }) {
  const { t } = useTranslation('door');
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef({ onCode, onFailed });
  useEffect(() => {
    told.current = { onCode, onFailed };
  });
  useEffect(() => {
    const element = video.current as HTMLVideoElement;
    const ending = new AbortController();
    look(element, (code) => told.current.onCode(code), ending.signal).catch(() => {
      if (!ending.signal.aborted) told.current.onFailed();
    });
    return () => ending.abort();
  }, []);
  return (
    <video ref={video} className="viewfinder" aria-label={t('camera.label')} autoPlay muted playsInline />
  );
}

async function look(
  video: HTMLVideoElement,
  onCode: (code: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  const stop = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  signal.addEventListener('abort', stop);
  if (signal.aborted) {
    stop();
    return;
  }
  video.srcObject = stream;
  const find = await codeFinder();
  let last = { code: '', at: 0 };
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may be aborted during an await
  while (!signal.aborted) {
    const code = await find(video).catch(() => undefined);
    if (code !== undefined) {
      const isSame = code === last.code && Date.now() - last.at < sameForMs;
      last = { code, at: Date.now() };
      if (!isSame) onCode(code);
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
