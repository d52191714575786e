/** Variables that look like settings of ours and are none: a slip in a name would go unnoticed. */
import { distance } from 'fastest-levenshtein';

const prefix = 'POLYTOMIC_';

/** More slips than this are another name. */
const maxSlips = 4;

/** One line for each variable that nothing reads; it never holds a value. `known`: all names that something reads. */
export function describeUnknownVariables(env: NodeJS.ProcessEnv, known: ReadonlySet<string>): string[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith(prefix) && !known.has(name));
  return unknown.sort().map((name) => {
    const near = nearestOf(name, known);
    return `${name} is set, and no setting bears this name${near === undefined ? '' : `; is ${near} meant?`}`;
  });
}

function nearestOf(name: string, known: ReadonlySet<string>): string | undefined {
  const candidates = [...known].filter((one) => one.startsWith(prefix));
  const [nearest] = candidates
    .map((one) => ({ one, slips: distance(name, one) }))
    .filter(({ slips }) => slips <= maxSlips)
    .sort((one, other) => one.slips - other.slips);
  return nearest?.one;
}
