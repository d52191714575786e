/** Whatever users can import says in an editor what it means, and so does every member of it. */
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { publicSymbols } from './public-symbols';

const entries = ['src/index.ts', 'src/workflow.ts', 'src/workflows/index.ts', 'src/testing/index.ts'];
const symbols = publicSymbols(entries.map((path) => resolve(path)));
const paths = symbols.map(({ place }) => place.slice(place.indexOf(' ') + 1));

describe('hover texts', () => {
  it('stand at everything that is public', () => {
    expect(symbols.filter(({ isSilent }) => isSilent).map(({ place }) => place)).toEqual([]);
  });

  it.each([
    ['functions', 'runModelSync'],
    ['constants', 'failureTypes'],
    ['types that name one of some words', 'PolytomicErrorCode'],
    ['methods of classes', 'PolytomicPlugin.configureWorker'],
    ['operations of the client', 'createClient().bulkSync.executions.cancel'],
    ['long work', 'polytomicActivities().jobs.runQuery'],
    ['controls of the emulator', 'startEmulator().fault'],
    ['fields of one form of several', 'SecretReference.$file'],
  ])('are looked for at %s, such as %s', (_what, path) => {
    expect(paths).toContain(path);
  });

  it('are looked for at more than a thousand places', () => {
    expect(symbols.length).toBeGreaterThan(1_000);
  });
});
