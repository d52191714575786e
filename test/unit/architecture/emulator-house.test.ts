/** The rooms of the emulator. Lint does not count type imports as circles; here they count. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const house = 'src/testing';
const rooms = ['controls', 'delivery', 'http', 'routes', 'scripts', 'state'];

type Imports = ReadonlyMap<string, readonly string[]>;

/** The files of the folder, each with the files there that it imports, types included. */
function importsIn(folder: string): Imports {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
  const fileOf = (place: string): string | undefined =>
    [`${place}.ts`, join(place, 'index.ts')].find((file) => files.includes(file));
  const importsOf = (file: string): string[] =>
    ts
      .preProcessFile(readFileSync(file, 'utf8'))
      .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
      .flatMap(({ fileName }) => fileOf(normalize(join(dirname(file), fileName))) ?? []);
  return new Map(files.map((file) => [file, importsOf(file)]));
}

/** The first chain of imports that leads back to its beginning. */
function findCircle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const circle = walk(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

describe('the house of the emulator', () => {
  it('has these rooms, and no file beside them but its door', () => {
    expect(readdirSync(house).sort()).toEqual([...rooms, 'index.ts'].sort());
  });

  it('has no circle of imports, types counted', () => {
    const imports = importsIn(house);
    expect(imports.size).toBeGreaterThan(90);
    expect([...imports.values()].flat().length).toBeGreaterThan(300);
    expect(findCircle(imports)).toBeUndefined();
  });

  it('would notice one', () => {
    const circle = new Map([
      ['a', ['b', 'c']],
      ['b', []],
      ['c', ['d']],
      ['d', ['c', 'a']],
    ]);
    expect(findCircle(circle)).toEqual(['c', 'd', 'c']);
  });
});

describe('the source', () => {
  it('has no circle of imports, types counted', () => {
    const imports = importsIn('src');
    expect(imports.size).toBeGreaterThan(500);
    expect(findCircle(imports)).toBeUndefined();
  });

  it('has the rooms that ARCHITECTURE.md tells of', () => {
    const page = readFileSync('ARCHITECTURE.md', 'utf8');
    const rooms = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const told = [...page.matchAll(/^\| `([\w-]+)\/` /gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(rooms.map(({ name }) => name).sort());
  });
});
