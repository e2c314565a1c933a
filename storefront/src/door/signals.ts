let context: AudioContext | undefined;

/** Browsers play sounds only on pages that were touched, so call this from a press. */
export function allowSounds(): void {
  context ??= new AudioContext();
  void context.resume();
}

const notes = { yes: [784, 1_175], no: [220, 165] } as const;

/** Tells ears and hands as well, because at a door nobody looks at a phone for long. */
export function signal(kind: keyof typeof notes): void {
  // Apple's browsers have no vibration.
  const { vibrate } = navigator as { vibrate?: (pattern: number[]) => boolean };
  vibrate?.call(navigator, kind === 'yes' ? [80] : [200, 80, 200]);
  if (context?.state !== 'running') return;
  for (const [index, frequency] of notes[kind].entries()) {
    const at = context.currentTime + index * 0.14;
    const tone = new OscillatorNode(context, { frequency, type: kind === 'yes' ? 'sine' : 'square' });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.35);
  }
}
