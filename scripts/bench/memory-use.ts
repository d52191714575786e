/** Memory and CPU time of this process. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process has used. */
export interface Usage {
  cpuMs: number;
  rssBytes: number;
  /** The most resident memory so far. */
  peakRssBytes: number;
  heapBytes: number;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What has been used so far. */
export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const peakRssBytes = process.resourceUsage().maxRSS * 1024;
  return { cpuMs: (user + system) / 1000, rssBytes: rss, peakRssBytes, heapBytes: heapUsed };
}

/** The same after garbage was collected, twice, as finalizers leave garbage. The CPU time of that is counted already. */
export function usageWithoutGarbage(): Usage {
  collectGarbage();
  collectGarbage();
  return usage();
}
