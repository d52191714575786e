/** The Temporal runtime of a worker process: its log, and where its metrics go. */
import { Runtime, type Logger, type MetricsExporterConfig } from '@temporalio/worker';
import { ConfigError } from '../settings/config-error';
import { histogramBuckets } from './metrics';
import { reasonOf } from './reason-of';

/** Both are the process's own: a runtime is installed once. */
export interface RuntimeSettings {
  readonly logger: Logger;
  /** `host:port` or `:port` serves Prometheus, a URL is that of an OTLP collector. Undefined: no metrics. */
  readonly metricsAddress?: string;
}

/** How often an OTLP collector gets the metrics. */
const exportInterval = '10s';

/** Without effect when the process has a runtime already. @throws ConfigError when the address cannot be had. */
export function installRuntime({ logger, metricsAddress }: RuntimeSettings): void {
  const metrics = metricsAddress === undefined ? undefined : toExporter(metricsAddress);
  try {
    // What the SDK's core says comes by the same logger, and so in the same form.
    Runtime.install({ logger, telemetryOptions: { logging: { forward: {} }, ...(metrics && { metrics }) } });
  } catch (error) {
    if (error instanceof Error && error.name === 'IllegalStateError') return;
    if (metricsAddress === undefined) throw error;
    // The words before the last colon name parts of the SDK.
    const reason = reasonOf(error).split(': ').at(-1);
    throw new ConfigError([`POLYTOMIC_METRICS_ADDRESS: ${metricsAddress} cannot be had (${reason})`]);
  }
}

/** Our histograms count seconds, as Prometheus has it: the SDK's own are to do so, too. */
const inSeconds = { useSecondsForDurations: true, histogramBucketOverrides: histogramBuckets } as const;

function toExporter(address: string): MetricsExporterConfig {
  if (/^https?:/i.test(address)) return { otel: { url: address, metricsExportInterval: exportInterval, ...inSeconds } };
  const bindAddress = address.startsWith(':') ? `0.0.0.0${address}` : address;
  return { prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, ...inSeconds } };
}
