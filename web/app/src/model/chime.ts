/** At most one tone in this time, in milliseconds. */
const EVERY = 3000;
let last = -EVERY;
let audio: AudioContext | undefined;

/** One soft tone of 120 ms. A browser that has heard no click yet plays none. */
export function chime(): void {
  const now = performance.now();
  if (now - last < EVERY) return;
  last = now;
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  const at = audio.currentTime;
  tone.type = 'sine';
  tone.frequency.value = 660;
  loud.gain.setValueAtTime(0, at);
  loud.gain.linearRampToValueAtTime(0.06, at + 0.02);
  loud.gain.linearRampToValueAtTime(0, at + 0.12);
  tone.connect(loud).connect(audio.destination);
  tone.start(at);
  tone.stop(at + 0.13);
}
