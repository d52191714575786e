/** Reads a seed from a file, or from what a file held. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Seed } from './options';
import { SeedError } from './seed-check';
import { seedShape } from './seed-shape';

/**
 * A seed for `startEmulator` from a YAML or JSON file, with the fields of {@link Seed}.
 *
 * @throws SeedError that names the file, and every wrong field and what was expected there.
 */
export function readSeedFile(path: string): Seed {
  try {
    return parseSeed(contentOf(path));
  } catch (error) {
    if (error instanceof SeedError) throw new SeedError(error.problems.map((problem) => `${path}: ${problem}`));
    throw error;
  }
}

/** More would hide the first ones, which are often why there are others. */
const maxProblems = 100;

/** The seed that a parsed file holds; throws a {@link SeedError}. An empty file is an empty seed. */
export function parseSeed(content: unknown): Seed {
  const seed = content ?? {};
  const problems = seedShape(seed, '');
  if (problems.length === 0) return seed;
  const more = problems.length - maxProblems;
  throw new SeedError([...problems.slice(0, maxProblems), ...(more > 0 ? [`and ${more} more problems`] : [])]);
}

function contentOf(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // The parser's own message would quote the text around the fault, which may be a secret of a configuration.
    throw new SeedError([code.startsWith('E') ? `cannot be read (${code})` : 'is neither YAML nor JSON']);
  }
}
