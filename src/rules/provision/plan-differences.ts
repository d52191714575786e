/** What differs between the plan that was agreed to and the one that is true now. */
import type { PlannedChange, PlannedObject, ProvisionPlan } from '../../contracts/provision-plan';
import { canonicalJson } from './values';

/** A plan with what it remembers of its objects. */
export interface ComparedPlan {
  plan: Pick<ProvisionPlan, 'changes'>;
  planned: Readonly<Record<string, Pick<PlannedObject, 'fingerprint' | 'namesakes'>>>;
}

/** One object that differs, and how. */
export interface PlanDifference {
  address: string;
  /** For people, without the address. */
  what: string;
  /** As it is now; null: nothing is planned for it any more. */
  now: PlannedChange | null;
}

/** Most fields that are named of an object. */
const maxFields = 5;

/** Objects in the order of the plan that is true now, then those that only the agreed one has. */
export function planDifferences(agreed: ComparedPlan, now: ComparedPlan): PlanDifference[] {
  const [before, after] = [byPlace(agreed), byPlace(now)];
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((place) => {
    const [was, is] = [before.get(place), after.get(place)];
    const address = (is ?? was)?.address;
    if (address === undefined) return [];
    const what = differenceOf(was, is) ?? (is && unnamedDifference(address, { agreed, now }));
    return what === undefined ? [] : [{ address, what, now: is ?? null }];
  });
}

/** An address may stand twice: the object, and old ones to be deleted. */
function byPlace({ plan }: ComparedPlan): Map<string, PlannedChange> {
  const counts = new Map<string, number>();
  return new Map(
    plan.changes.map((change) => {
      const at = counts.get(change.address) ?? 0;
      counts.set(change.address, at + 1);
      return [`${change.address}#${at}`, change];
    }),
  );
}

function differenceOf(was: PlannedChange | undefined, is: PlannedChange | undefined): string | undefined {
  if (!was || !is) return was ? `was ${was.action}, now nothing` : `now ${is?.action}`;
  if (was.action !== is.action) return `was ${was.action}, now ${is.action}`;
  if (was.id !== is.id) return `was ${was.id}, now ${is.id}`;
  const fields = differingFields(was, is);
  if (fields.length === 0) return undefined;
  const more = fields.length > maxFields ? ` and ${fields.length - maxFields} more` : '';
  return `${fields.slice(0, maxFields).join(', ')}${more}`;
}

function differingFields(was: PlannedChange, is: PlannedChange): string[] {
  const textsOf = ({ fields }: PlannedChange): Map<string, string> =>
    new Map(fields.map((field) => [field.path, canonicalJson([field.before, field.after])]));
  const [before, after] = [textsOf(was), textsOf(is)];
  return [...new Set([...after.keys(), ...before.keys()])].filter((path) => before.get(path) !== after.get(path));
}

/** What the shown fields do not tell: secrets are masked, and long values and lists of fields are cut. */
function unnamedDifference(address: string, { agreed, now }: { agreed: ComparedPlan; now: ComparedPlan }) {
  const [was, is] = [agreed.planned[address], now.planned[address]];
  if (was?.fingerprint !== is?.fingerprint) return 'its fields';
  const idsOf = (one: typeof was): string => [...(one?.namesakes ?? [])].sort().join();
  return idsOf(was) === idsOf(is) ? undefined : 'its namesakes';
}
