/** Reads a seed from a file, or from what a file held. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Seed } from './options';
import { SeedError } from './seed-check';
import { seedShape } from './seed-shape';

/**
 * A seed for `startEmulator` from a YAML or JSON file, with the fields of {@link Seed}.
 *
 * @throws SeedError that names the file, and the field and what was expected there.
 */
export function readSeedFile(path: string): Seed {
  try {
    return parseSeed(contentOf(path));
  } catch (error) {
    if (error instanceof SeedError) throw new SeedError(`${path}: ${error.message}`);
    throw error;
  }
}

/** The seed that a parsed file holds; throws a {@link SeedError}. An empty file is an empty seed. */
export function parseSeed(content: unknown): Seed {
  const seed = content ?? {};
  seedShape(seed, '');
  return seed;
}

function contentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The parser's own message would quote the text around the fault, which may be a secret of a configuration.
    throw new SeedError(code.startsWith('E') ? `cannot be read (${code})` : 'is neither YAML nor JSON');
  }
}
