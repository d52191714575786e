/** docker-compose.yml, against the Compose specification and against this repository. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { runProgram } from '../../../src/cli/program';

interface Service {
  image?: string;
  build?: string;
  profiles?: string[];
  command?: string[];
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  environment?: Record<string, string | null>;
  ports?: string[];
  secrets?: string[];
  volumes?: string[];
  healthcheck?: { test: string[] };
  restart?: string;
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, Record<string, string>>;
  volumes: Record<string, unknown>;
}

interface LintResult {
  messages: { rule: string; message: string }[];
}

const linter = 'node_modules/dclint/bin/dclint.cjs';
const text = readFileSync('docker-compose.yml', 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
/** Those that do one thing and end, and that others wait for to have ended. */
const oneShot = new Set(
  services.flatMap(([, { depends_on = {} }]) =>
    Object.entries(depends_on).flatMap(([name, { condition }]) =>
      condition === 'service_completed_successfully' ? [name] : [],
    ),
  ),
);
const lasting = services.filter(([name]) => !oneShot.has(name));

describe('docker-compose.yml', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What the linter finds: the schema of the specification, tags, doubles; the order of keys is left to taste. */
  function problemsOf(content: string): string[] {
    const path = join(folder, 'docker-compose.yml');
    writeFileSync(path, content);
    const { stdout } = spawnSync(process.execPath, [linter, '--formatter', 'json', path], { encoding: 'utf8' });
    return (JSON.parse(stdout) as LintResult[])
      .flatMap(({ messages }) => messages.map(({ rule, message }) => `${rule}: ${message}`))
      .filter((problem) => !/^\S+-order:/.test(problem));
  }

  it('is valid by the Compose specification, with no lint', () => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each([
    ['a key that there is not', text.replace('restart:', 'restarts:'), 'invalid-schema'],
    ['a condition that there is not', text.replace('service_healthy', 'service_fine'), 'invalid-schema'],
    ['an image without a tag', text.replace(/postgres:\d\S+/, 'postgres'), 'service-image-require-explicit-tag'],
  ])('would be refused with %s', (_what, content, rule) => {
    expect(problemsOf(content)).toContainEqual(expect.stringContaining(rule));
  });

  it.each([
    [undefined, ['temporal', 'worker']],
    ['demo', ['emulator']],
    ['postgres', ['postgresql', 'temporal-namespace', 'temporal-schema', 'temporal-server', 'temporal-ui']],
  ])('has in profile %s what it is for', (profile, names) => {
    const inProfile = services.filter(([, service]) => service.profiles?.[0] === profile).map(([name]) => name);
    expect(inProfile.sort()).toEqual(names);
  });

  it.each(services)('%s has an image of one exact version, or is built here', (_name, { image, build }) => {
    expect(image ?? `${build}/Dockerfile`).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$|^\.\/Dockerfile$/);
  });

  it.each(services)('%s waits only for services that there are, in its own profile or optionally', (_name, service) => {
    for (const [name, { required }] of Object.entries(service.depends_on ?? {})) {
      const { profiles } = compose.services[name] ?? {};
      expect(compose.services).toHaveProperty([name]);
      expect(required === false || profiles === undefined || profiles[0] === service.profiles?.[0]).toBe(true);
    }
  });

  it.each(lasting)('%s tells its health and is started again', (_name, { build, healthcheck, restart }) => {
    const inImage = build !== undefined && readFileSync(join(build, 'Dockerfile'), 'utf8').includes('\nHEALTHCHECK ');
    expect(healthcheck?.test[0] === 'CMD' || inImage).toBe(true);
    expect(restart).toBe('unless-stopped');
  });

  it.each(services)('%s has no secret in its environment, and listens on this machine only', (_name, service) => {
    for (const [name, value] of Object.entries(service.environment ?? {})) {
      // Null: passed on, where whoever starts it has set it.
      if (/KEY|PASSWORD|PWD|SECRET|TOKEN/.test(name) && value !== null)
        expect([name, value]).toEqual([name, expect.stringMatching(/^(\$\{POLYTOMIC_API_KEY:\+)?\/run\/secrets\//)]);
    }
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('%s uses secrets and volumes that there are', (_name, { secrets = [], volumes = [] }) => {
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(secrets));
    const named = volumes.filter((volume) => !volume.startsWith('${')).map((volume) => volume.split(':')[0]);
    expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(named));
  });

  it('takes its secrets from the environment of whoever starts it', () => {
    expect(Object.values(compose.secrets)).toEqual([
      { environment: 'POLYTOMIC_API_KEY' },
      { environment: 'POSTGRES_PASSWORD' },
    ]);
  });

  it('passes on to the worker all settings that it reads, and no others', () => {
    const config = readFileSync('src/config.ts', 'utf8');
    const read = [...config.matchAll(/'(POLYTOMIC_[A-Z_]+)'/g)].map(([, name]) => name);
    const settings = Object.keys(compose.services.worker?.environment ?? {}).filter((name) => /^POLYTOMIC_/.test(name));
    // The key comes by its file, and the image sets the port.
    const others = ['POLYTOMIC_API_KEY', 'POLYTOMIC_HEALTH_PORT'];
    expect([...settings, ...others].sort()).toEqual([...new Set(read)].sort());
  });

  it('calls the bin with options that it has', async () => {
    const [node, file = '', command = '', option = ''] = compose.services.emulator?.command ?? [];
    const help: string[] = [];
    const output = { line: (line: string) => help.push(line), note: (line: string) => help.push(line) };
    expect(node).toBe('node');
    expect(existsSync(file.replace(/^lib/, 'src').replace(/js$/, 'ts'))).toBe(true);
    expect(await runProgram([command, '--help'], output)).toBe(0);
    expect(help.join('\n')).toContain(`${option} `);
  });

  it('gives the dev server the version that everybody else gets', () => {
    const goMod = readFileSync('src/dev-server/go.mod', 'utf8');
    const [, version] = /github\.com\/temporalio\/cli v(\S+)/.exec(goMod) ?? [];
    expect(compose.services.temporal?.image).toBe(`temporalio/temporal:${version}`);
  });
});
