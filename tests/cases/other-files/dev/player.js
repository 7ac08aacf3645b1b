import { EventEmitter } from "node:events";

const STEP = 0.05;

export function formatTime(seconds) {
  const minutes = Math.floor(seconds / 60);
  const head = String(minutes).padStart(2, "0");
  const rest = Math.floor(seconds % 60);
  return `${head}:${String(rest).padStart(2, "0")}`;
}

function clamp(value) {
  return Math.min(1, Math.max(0, value));
}

export class Player extends EventEmitter {
  constructor(tracks, { volume = 0.5, balance = 0 } = {}) {
    super();
    this.tracks = tracks;
    this.index = 0;
    this.volume = clamp(volume);
    this.elapsed = 0;
    this.balance = clamp(balance);
  }

  get current() {
    return this.tracks[this.index];
  }

  louder(step = STEP) {
    this.setVolume(this.volume + step);
  }

  softer(step = STEP) {
    this.setVolume(this.volume - step);
  }

  setVolume(level) {
    const bounded = clamp(level);
    if (bounded !== this.volume) {
      this.volume = bounded;
      this.emit("volume", bounded);
    }
  }

  skip(count = 1) {
    const last = this.tracks.length - 1;
    const target = this.index + count;
    this.index = target > last ? 0 : target;
    this.elapsed = 0;
    this.emit("skipped", target);
  }

  describe() {
    const track = this.current;
    const left = track.duration - this.elapsed;
    return `${track.title} (${formatTime(left)} of ${formatTime(track.duration)} left)`;
  }
}
