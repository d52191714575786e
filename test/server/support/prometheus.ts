/** A real Prometheus that scrapes one address, with the rules of examples/prometheus. */
import { spawn, spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dieWithParent } from '../../../src/dev-server/die-with-parent';
import { waitUntil } from './wait-until';

/** Whether this machine has one (`apt-get install prometheus`). */
export const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;

/** A running one. */
export interface Prometheus {
  /** The values that an expression has now; empty where it finds nothing. */
  query(expression: string): Promise<number[]>;
  stop(): Promise<void>;
}

/** Starts it; it is ready to answer, and has scraped nothing yet. */
export async function startPrometheus(address: string, target: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  await cp('examples/prometheus/alerts.yml', join(folder, 'alerts.yml'));
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: ['alerts.yml'],
    scrape_configs: [{ job_name: 'polytomic', static_configs: [{ targets: [target] }] }],
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`];
  const child = spawn('prometheus', args, { cwd: folder, stdio: 'ignore' });
  dieWithParent(child);
  const ask = (path: string): Promise<Response | undefined> => fetch(`http://${address}${path}`).catch(() => undefined);
  await waitUntil(async () => (await ask('/-/ready'))?.ok);
  return {
    query: async (expression) => {
      const response = await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const body = (await response?.json()) as { status: string; data: { result: { value: [number, string] }[] } };
      if (body.status !== 'success') throw new Error(`Prometheus refuses ${expression}: ${JSON.stringify(body)}`);
      return body.data.result.map(({ value }) => Number(value[1]));
    },
    stop: async () => {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
