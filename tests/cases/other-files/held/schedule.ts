export type Weekday = "mon" | "tue" | "wed" | "thu" | "fri";

export interface Shift {
  worker: string;
  day: Weekday;
  from: number;
  until: number;
}

const OPENS_AT = 8;
const CLOSES_AT = 20;

export function lengthOf(shift: Shift): number {
  return Math.max(0, shift.until - shift.from);
}

export function isValid(shift: Shift): boolean {
  if (shift.from < OPENS_AT || shift.until > CLOSES_AT) {
    return false;
  }
  return lengthOf(shift) > 0;
}

export class Roster {
  private readonly planned: Shift[] = [];

  add(shift: Shift): boolean {
    const clash = this.planned.find((other) => overlaps(other, shift));
    if (clash || !isValid(shift)) {
      return false;
    }
    this.planned.push(shift);
    return true;
  }

  hoursByWorker(): Map<string, number> {
    const hours = new Map<string, number>();
    for (const entry of this.planned) {
      const soFar = hours.get(entry.worker) ?? 0;
      hours.set(entry.worker, soFar + lengthOf(entry));
    }
    return hours;
  }

  busiest(): string | undefined {
    const ranked = [...this.hoursByWorker()].sort((a, b) => b[1] - a[1]);
    return ranked.length > 0 ? ranked[0][0] : undefined;
  }
}

function overlaps(a: Shift, b: Shift): boolean {
  return a.worker === b.worker && a.day === b.day && a.from < b.until && b.from < a.until;
}
