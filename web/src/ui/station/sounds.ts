/** How a verdict sounds: high and short for taken, two low notes for refused, so that eyes can stay on the parcel. */
export type Sound = "good" | "warn" | "bad";

const notes: Record<Sound, readonly (readonly [hertz: number, startSeconds: number, lengthSeconds: number])[]> = {
  good: [[1_320, 0, 0.07]],
  warn: [
    [740, 0, 0.09],
    [740, 0.13, 0.09],
  ],
  bad: [
    [220, 0, 0.18],
    [165, 0.2, 0.28],
  ],
};

let context: AudioContext | undefined;

/** Plays a verdict. Browsers allow sound only after a key or click; a station's first scan is one. */
export function play(sound: Sound): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  const audio = context;
  if (audio.state === "suspended") void audio.resume();
  for (const [hertz, start, length] of notes[sound]) {
    const oscillator = audio.createOscillator();
    const gain = audio.createGain();
    oscillator.frequency.value = hertz;
    oscillator.type = sound === "bad" ? "square" : "sine";
    const from = audio.currentTime + start;
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(sound === "bad" ? 0.12 : 0.2, from + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + length);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(from + length + 0.02);
  }
}
