import type { BackendChoice, DeviceNeeds, Inspection } from "@foretab/client";
import { formatBytes } from "../dom.js";

/** What a model takes here, and why no device here can take it, if so. */
export interface Needs {
  sentence: string;
  obstacle?: string | undefined;
}

/** Holds what a file's header says against the devices that there are. */
export async function needs(inspection: Inspection, backend: BackendChoice): Promise<Needs> {
  const { missing, gpu, cpu, parameters, formats, fileBytes } = inspection;
  if (!gpu || !cpu) return { sentence: "", obstacle: `The model cannot be used: ${missing.join("; ")}.` };
  const against: string[] = [];
  if (backend !== "cpu") {
    const why = await gpuObstacle(gpu);
    if (!why) return { sentence: `${facts()} ${formatBytes(gpu.weightBytes + gpu.cacheBytes)} on the GPU.` };
    against.push(`on the GPU: ${why}`);
  }
  if (backend !== "gpu") {
    if (!cpu.obstacle) return { sentence: `${facts()} ${formatBytes(cpu.wasmBytes)} of memory on the CPU.` };
    against.push(`on the CPU: ${cpu.obstacle}`);
  }
  return { sentence: "", obstacle: `The model does not fit into this device (${against.join("; ")}).` };

  function facts(): string {
    const [format] = Object.entries(formats).sort(([, a = 0], [, b = 0]) => b - a)[0] ?? [];
    const size = parameters.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
    return `${size} parameters, mostly ${format}; a file of ${formatBytes(fileBytes)}, which takes`;
  }
}

async function gpuObstacle({ obstacle, bufferBytes }: DeviceNeeds): Promise<string | undefined> {
  if (obstacle) return obstacle;
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  if (!adapter) return "the browser offers none";
  const { maxStorageBufferBindingSize: largest } = adapter.limits;
  return bufferBytes > largest
    ? `it takes a buffer of ${formatBytes(bufferBytes)}, and the largest here has ${formatBytes(largest)}`
    : undefined;
}
