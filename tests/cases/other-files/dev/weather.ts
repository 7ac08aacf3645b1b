import { readFile } from "node:fs/promises";

export interface Reading {
  station: string;
  hour: number;
  kelvin: number;
}

const ZERO_CELSIUS = 273.15;

function toCelsius(kelvin: number): number {
  return kelvin - ZERO_CELSIUS;
}

export function isFreezing(reading: Reading): boolean {
  return toCelsius(reading.kelvin) <= 0;
}

export function describe({ station, hour, kelvin }: Reading): string {
  return `${station} at ${hour}: ${toCelsius(kelvin).toFixed(1)} degrees`;
}

export async function loadReadings(file: string): Promise<Reading[]> {
  const content = await readFile(file, "utf8");
  const rows = content.trim().split("\n");
  return rows.slice(1).map((row) => {
    const [station, hour, kelvin] = row.split(",");
    return { station, hour: Number(hour), kelvin: Number(kelvin) };
  });
}

export class Climate {
  private byStation = new Map<string, Reading[]>();

  constructor(readings: Reading[]) {
    for (const reading of readings) {
      const known = this.byStation.get(reading.station) ?? [];
      known.push(reading);
      this.byStation.set(reading.station, known);
    }
  }

  meanOf(station: string): number {
    const readings = this.byStation.get(station) ?? [];
    const sum = readings.reduce((acc, { kelvin }) => acc + toCelsius(kelvin), 0);
    return readings.length === 0 ? Number.NaN : sum / readings.length;
  }

  warmest(): string | undefined {
    let best: string | undefined;
    for (const station of this.byStation.keys()) {
      if (best === undefined || this.meanOf(station) > this.meanOf(best)) {
        best = station;
      }
    }
    return best;
  }
}

export function report(climate: Climate, stations: string[]): string {
  const lines = stations.map((station) => `${station}: ${climate.meanOf(station).toFixed(1)}`);
  lines.push(`warmest: ${climate.warmest() ?? "none"}`);
  return lines.join("\n");
}
