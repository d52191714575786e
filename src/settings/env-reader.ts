/** Reads single settings out of environment variables, gathering what is wrong instead of stopping at the first. */
import { expectedDuration, toMilliseconds } from '../rules/duration';

/** Readers answer undefined for variables that are absent, empty or wrong. */
export interface EnvReader {
  /** What was wrong so far; each begins with the variable's name and never holds its value. */
  readonly problems: string[];
  /** Every name that was asked for so far. */
  readonly names: ReadonlySet<string>;
  text(name: string): string | undefined;
  /** Entries separated by commas. */
  list(name: string): string[] | undefined;
  /** A duration with its unit: a bare number would be milliseconds, which nobody means in an environment. */
  duration(name: string): string | undefined;
  wholeNumber(name: string, range: { least: number; most: number }): number | undefined;
  flag(name: string): boolean | undefined;
  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined;
  /** `expected` describes what the pattern takes. */
  matching(name: string, pattern: RegExp, expected: string): string | undefined;
}

const flags: Readonly<Record<string, boolean>> = {
  ...{ on: true, true: true, yes: true, 1: true },
  ...{ off: false, false: false, no: false, 0: false },
};

/** Reads from the environment that it is handed. */
export function createEnvReader(env: NodeJS.ProcessEnv): EnvReader {
  const problems: string[] = [];
  const names = new Set<string>();
  const text = (name: string): string | undefined => {
    names.add(name);
    return env[name]?.trim() || undefined;
  };
  const read = <T>(name: string, expected: string, convert: (value: string) => T | undefined): T | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const converted = convert(value);
    if (converted === undefined) problems.push(`${name}: expected ${expected}`);
    return converted;
  };
  return {
    problems,
    names,
    text,
    list: (name) =>
      text(name)
        ?.split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    duration: (name) =>
      read(name, `${expectedDuration}, with a unit`, (value) =>
        Number.isNaN(Number(value)) && toMilliseconds(value) ? value : undefined,
      ),
    wholeNumber: (name, { least, most }) =>
      read(name, `a whole number from ${least} to ${most}`, (value) => {
        const found = Number(value);
        return Number.isInteger(found) && found >= least && found <= most ? found : undefined;
      }),
    oneOf: (name, choices) =>
      read(name, choices.join(', '), (value) => choices.find((choice) => choice === value.toLowerCase())),
    matching: (name, pattern, expected) => read(name, expected, (value) => (pattern.test(value) ? value : undefined)),
    flag: (name) => read(name, 'on or off', (value) => flags[value.toLowerCase()]),
  };
}
