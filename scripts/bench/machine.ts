/** Where the benchmark ran. */
import { cpus, loadavg, platform, totalmem } from 'node:os';

/** The machine, and how busy it was at the start. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGib: number;
  system: string;
  node: string;
  /** Average number of processes that wanted a core, over the minute before. */
  load: number;
}

export function describeMachine(): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: platform(),
    node: process.version,
    load: loadavg()[0] ?? NaN,
  };
}
