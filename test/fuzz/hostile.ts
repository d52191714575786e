/** Values that somebody with bad intentions, or a broken program, might send. All of them could arrive as JSON. */
import type { Random } from '../simulation/random';

/** Repeated, they once made expressions try again from every place. */
const units = [
  'http://-',
  'https://a?',
  '?key',
  '&',
  '=',
  '://:',
  '@',
  '*a',
  '../',
  '%2F',
  'a',
  '\u0000',
  '\ud800',
  '🎉',
  '"',
  '\\',
  '<!',
];

const texts = [
  '',
  ' ',
  '.',
  '..',
  '../x',
  '%2e%2e%2f',
  '__proto__',
  'constructor',
  'toString',
  '${x}',
  '{{x}}',
  '\r\nX: y',
  '<!channel>',
  '2026-13-45T99:00:00Z',
  'P1Y',
  '-1',
  'NaN',
  'https://evil.example/?sig=1',
  "'; drop table x; --",
  'C:\\x',
  '/proc/self/environ',
  '*'.repeat(200),
];

const numbers = [0, -0, -1, 0.5, 1e15, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 53, 101, 256];

const references = [
  { $env: 'FUZZ_PASSWORD' },
  { $env: 'POLYTOMIC_API_KEY' },
  { $env: 'PATH' },
  { $file: '../../etc/passwd' },
  { $file: '/proc/self/environ' },
  { $secret: 'x' },
  { $ref: 'connections.x.id' },
  { $var: 'x' },
  { $env: 'FUZZ_PASSWORD', version: 1, more: 1 },
];

/** Most are short, as thousands are tried; some are as long as Temporal takes. */
export function hostileText(random: Random): string {
  if (random.chance(0.5)) return random.pick(texts);
  const length = random.chance(0.02) ? 2_000_000 : random.spread(1, 50_000);
  const unit = random.pick(units);
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** Any JSON value that is trouble. */
export function hostileValue(random: Random): unknown {
  switch (random.int(0, 9)) {
    case 0:
      return null;
    case 1:
      return random.pick(numbers);
    case 2:
      return random.chance(0.5);
    case 3:
      return structuredClone(random.pick(references));
    case 4:
      return nested(random.spread(2, random.chance(0.1) ? 20_000 : 150), random.chance(0.5));
    case 5:
      return Array.from({ length: random.spread(1, random.chance(0.05) ? 150_000 : 2_000) }, () =>
        random.pick([1, 'x', null]),
      );
    case 6:
      return JSON.parse(`{"__proto__":{"x":1},"constructor":${JSON.stringify(random.pick(texts))}}`) as unknown;
    case 7:
      return Object.fromEntries([[hostileText(random).slice(0, 5_000), hostileText(random).slice(0, 5_000)]]);
    default:
      return hostileText(random);
  }
}

function nested(depth: number, asList: boolean): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = asList ? [value] : { a: value };
  return value;
}

/** A copy with up to three places made hostile: replaced, removed, or added. */
export function mutate(random: Random, value: unknown): unknown {
  let mutated = structuredClone(value);
  for (let times = random.int(1, 3); times > 0; times -= 1) mutated = mutateOnce(random, mutated);
  return mutated;
}

function mutateOnce(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.1)) return hostileValue(random);
  const names = Object.keys(value);
  const fields = value as Record<string, unknown>;
  if (names.length === 0 || random.chance(0.15)) {
    if (Array.isArray(value)) value.push(hostileValue(random));
    else fields[random.pick(['x', 'organization', 'id', 'input', '$env'])] = hostileValue(random);
    return value;
  }
  const name = random.pick(names);
  if (random.chance(0.1) && !Array.isArray(value)) delete fields[name];
  else fields[name] = mutateOnce(random, fields[name]);
  return value;
}
