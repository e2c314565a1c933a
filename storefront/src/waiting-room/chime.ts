let context: AudioContext | undefined;

/** Browsers play sounds only on pages that were touched, so call this from a press. */
export function allowChime(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Two rising notes: it is the fan's turn. Silent if sounds were not allowed. */
export function chime(): void {
  if (context?.state !== 'running') return;
  for (const [index, frequency] of [659.25, 987.77].entries()) {
    const at = context.currentTime + index * 0.18;
    const tone = new OscillatorNode(context, { frequency, type: 'sine' });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.7);
    tone.connect(volume).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.75);
  }
}
