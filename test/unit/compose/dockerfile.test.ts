/** The Dockerfile, against this repository; the CI also carries out what it says about dependencies. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** The instructions, comments dropped and continued lines joined. */
const instructions = readFileSync('Dockerfile', 'utf8')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter(Boolean)
  .map((line) => line.split(' '));
const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
const argumentsOf = (name: string): string =>
  last
    .filter(([first]) => first === name)
    .map(([, ...rest]) => rest.join(' '))
    .join('\n');

describe('the Dockerfile', () => {
  it('copies only what there is and what .dockerignore lets through', () => {
    const letThrough = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = instructions
      .filter(([name, first]) => name === 'COPY' && !first?.startsWith('--from='))
      .flatMap(([, ...paths]) => paths.slice(0, -1));
    expect(copied.filter((path) => !existsSync(path))).toEqual([]);
    expect([...new Set(copied)].sort()).toEqual(letThrough.sort());
  });

  it('copies from stages that there are', () => {
    const stages = instructions.filter(([name]) => name === 'FROM').map((words) => words[3]);
    const used = instructions.flatMap((words) => words.flatMap((word) => /^--from=(.*)/.exec(word)?.[1] ?? []));
    expect(used.filter((stage) => !stages.includes(stage))).toEqual([]);
  });

  it('runs the worker, not as root', () => {
    expect(argumentsOf('USER')).toBe('node');
    const [program, file = ''] = JSON.parse(argumentsOf('CMD')) as string[];
    expect(program).toBe('node');
    expect(existsSync(file.replace(/^lib/, 'src').replace(/js$/, 'ts'))).toBe(true);
  });

  it('takes its base image by a build argument, at each stage, so that a digest can pin it', () => {
    const bases = instructions.filter(([name]) => name === 'FROM').map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set(['${NODE_IMAGE}']));
  });

  it('leaves no package manager of Node in the image, and runs no install script of a package', () => {
    expect(argumentsOf('RUN')).toContain('/usr/local/lib/node_modules');
    for (const name of ['npm', 'npx', 'corepack', 'yarn'])
      expect(argumentsOf('RUN')).toContain(`/usr/local/bin/${name}`);
    const installs = instructions.map((words) => words.join(' ')).filter((line) => line.includes('npm ci'));
    expect(installs.filter((line) => !line.includes('npm ci --ignore-scripts'))).toEqual([]);
  });

  it('asks for health where the worker serves it', () => {
    expect(argumentsOf('ENV')).toContain('POLYTOMIC_HEALTH_PORT=');
    expect(argumentsOf('HEALTHCHECK')).toContain('${process.env.POLYTOMIC_HEALTH_PORT}/healthz');
    expect(readFileSync('src/config.ts', 'utf8')).toContain("'POLYTOMIC_HEALTH_PORT'");
  });

  it('uses a Node that the package supports, of one exact version', () => {
    const [, image = ''] = instructions[0] ?? [];
    const [, major = 0, minor = 0] = /^NODE_IMAGE=node:(\d+)\.(\d+)\.\d+-bookworm-slim$/.exec(image) ?? [];
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
    expect(engines.node).toBe('>=20.19');
    expect(Number(major) > 20 || Number(minor) >= 19).toBe(true);
  });
});
