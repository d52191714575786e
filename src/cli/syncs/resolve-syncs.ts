/** From what a person typed to syncs: ids, names, or nothing that there is. Pure. */
import { distance } from 'fastest-levenshtein';
import type { SyncKind } from '../../contracts/sync-kind';
import { isSameId } from '../../rules/ids';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { toCell } from '../style';

/** A sync as the list shows it. */
export interface NamedSync {
  kind: SyncKind;
  syncId: string;
  name: string;
  active: boolean;
}

/** The sync that bears the id or the name. @throws CliError that lists what else was meant */
export function resolveSync(asked: string, syncs: readonly NamedSync[]): NamedSync {
  const byId = syncs.filter(({ syncId }) => isSameId(syncId, asked));
  if (byId[0]) return byId[0];
  const exact = syncs.filter(({ name }) => name === asked);
  const found = exact.length > 0 ? exact : syncs.filter(({ name }) => name.toLowerCase() === asked.toLowerCase());
  const [only] = found;
  if (only && found.length === 1) return only;
  throw found.length > 1 ? ambiguous(asked, found) : unknown(asked, syncs);
}

/** A name, and the syncs among which it is looked for. */
export interface AskedSync {
  readonly asked: string;
  readonly syncs: readonly NamedSync[];
}

/** The sync of each name, in the order asked. @throws CliError about every name that cannot be resolved */
export function resolveSyncs(names: readonly AskedSync[]): NamedSync[] {
  const problems: CliError[] = [];
  const found = names.flatMap(({ asked, syncs }) => {
    try {
      return [resolveSync(asked, syncs)];
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      problems.push(error);
      return [];
    }
  });
  const [only] = problems;
  if (!only) return found;
  if (problems.length === 1) throw only;
  const texts = problems.map(({ message, nextStep }) =>
    nextStep === undefined || nextStep === listHint ? message : `${message}\n  ${nextStep}`,
  );
  throw new CliError(exitCodes.usage, [...new Set(texts)].join('\n'), listHint);
}

const listHint = 'List them: temporal-polytomic list';

function ambiguous(asked: string, found: readonly NamedSync[]): CliError {
  const lines = found.map(({ kind, syncId, active }) => `  ${kind} ${syncId}${active ? '' : ' (inactive)'}`);
  const message = [`${found.length} syncs are named ${JSON.stringify(asked)}:`, ...lines].join('\n');
  return new CliError(exitCodes.usage, message, 'Name one of them by its id');
}

function unknown(asked: string, syncs: readonly NamedSync[]): CliError {
  const near = nearestNames(asked, syncs).map((name) => JSON.stringify(toCell(name)));
  const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : listHint;
  return new CliError(exitCodes.usage, `No sync has the id or name ${JSON.stringify(asked)}`, hint);
}

const maxSuggestions = 3;

/** Names that begin alike, hold what was typed, or differ in a few letters. */
export function nearestNames(asked: string, syncs: readonly NamedSync[]): string[] {
  const wanted = asked.toLowerCase();
  const scored = [...new Set(syncs.map(({ name }) => name))].map((name) => ({
    name,
    score: score(wanted, name.toLowerCase()),
  }));
  return scored
    .filter(({ score: points }) => points < 1)
    .sort((one, other) => one.score - other.score)
    .slice(0, maxSuggestions)
    .map(({ name }) => name);
}

/** 0 is as near as can be, 1 too far to be suggested. */
function score(wanted: string, name: string): number {
  if (wanted !== '' && name.includes(wanted)) return 0.1;
  return distance(wanted, name) / Math.max(3, wanted.length * 0.4);
}
