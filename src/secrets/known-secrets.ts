/**
 * The secrets that requests of an organization may refer to. A reference may stand at any leaf of some configurations
 * (of syncs, of models, of unknown types), and Polytomic answers that leaf to every later read: what is masked there is
 * found by the values themselves.
 */
import { readdir } from 'node:fs/promises';
import { readSecretFile } from './secret-file';
import type { SecretSources } from './resolver';

/** Tells whether a text is, or holds, one of the secrets. */
export type HoldsSecret = (text: string) => boolean;

/** Secrets of one organization, as far as this process can know them. */
export interface KnownSecrets {
  /** A value that was put into a request; of a function of the operator's these alone are known. */
  remember(value: string): void;
  /** Reads variables and files as they are now. Never throws. */
  finder(): Promise<HoldsSecret>;
}

/** Shorter ones are found as whole texts alone: a user's name may hold them. */
const minPartLength = 8;
const maxRemembered = 1_000;
const maxFiles = 1_000;
/** Folders are read again after this time. */
const keptMs = 60_000;

/** `now`: milliseconds, local clock. */
export function createKnownSecrets(
  { secretEnv, env, secretsDir, reserved }: Omit<SecretSources, 'resolveSecret' | 'bindings'>,
  now: () => number = Date.now,
): KnownSecrets {
  const remembered = new Set<string>();
  let files: { until: number; values: Promise<string[]> } | undefined;
  const valuesOfFiles = async (): Promise<string[]> => {
    if (secretsDir === undefined) return [];
    if (!files || files.until < now()) {
      files = { until: now() + keptMs, values: readFolder(secretsDir, reserved.files) };
    }
    return files.values;
  };
  return {
    remember: (value) => {
      // Those that were used last are kept.
      remembered.delete(value);
      remembered.add(value);
      const [oldest] = remembered;
      if (remembered.size > maxRemembered && oldest !== undefined) remembered.delete(oldest);
    },
    finder: async () => {
      const variables = secretEnv.filter((name) => !reserved.isVariable(name)).map((name) => env(name) ?? '');
      return createFinder([...variables, ...remembered, ...(await valuesOfFiles())]);
    },
  };
}

function createFinder(values: readonly string[]): HoldsSecret {
  const whole = new Set(values.filter((value) => value !== ''));
  const parts = [...whole].filter(({ length }) => length >= minPartLength);
  return (text) => whole.has(text) || parts.some((part) => text.includes(part));
}

/** What cannot be read no request can refer to either. */
async function readFolder(folder: string, reserved: readonly string[]): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const read = names.slice(0, maxFiles).map(async (name) => {
    const file = await readSecretFile({ folder, reserved, ruled: [] }, name).catch(() => undefined);
    return file?.text ?? '';
  });
  return Promise.all(read);
}
