/** From a spec in any form to a checked one, or one error that names everything wrong with file, line and path. */
import type { z } from 'zod';
import {
  provisionKinds,
  type Fields,
  type ProvisionAdopt,
  type ProvisionObject,
  type ProvisionSpec,
  type ProvisionVariables,
  type SpecInput,
} from '../../contracts/provision-spec';
import { boundsProblem } from '../../rules/input-bounds';
import { InvalidInputError } from '../../inputs/invalid-input-error';
import { malformedMessage, malformedPaths } from '../../inputs/malformed-texts';
import { provisionSpec } from '../../inputs/provision-inputs';
import { findLiteralSecrets, secretMessages } from '../../inputs/secret-fields';
import { fieldAt, toInputIssues } from '../../inputs/to-input-issues';
import { operations } from '../../polytomic/operations';
import { resourceKinds } from '../../provisioning/kinds';
import type { FileIssue } from '../../files/parse-file';
import { readSpec } from '../../provisioning/read-spec';
import { checkObjects, checkReferences, maxSpecBytes, type SpecProblem } from '../../rules/provision/check-spec';
import { fillVariables, toObjects } from '../../rules/provision/to-objects';
import { isFields, isSecretReference, mapValues, refOf } from '../../rules/provision/values';

/** What else an input says of its spec. */
export interface SpecContext {
  /** Names the input in errors. */
  subject: string;
  variables: ProvisionVariables;
  adopt?: ProvisionAdopt;
}

/** More are not reported. */
const maxProblems = 100;

/** @throws InvalidInputError */
export function parseSpec(input: SpecInput, { subject, variables, adopt }: SpecContext): ProvisionSpec {
  const bytes = Buffer.byteLength(JSON.stringify([input, variables]));
  if (bytes > maxSpecBytes) {
    const message = `has ${bytes} bytes, more than the ${maxSpecBytes} of one spec; split it into sets by name`;
    throw new InvalidInputError(subject, [{ field: 'spec', message }]);
  }
  const { tree, locate, issues } = readSpec(input);
  // A text says by aliases, or in few characters, what is large.
  const excess = boundsProblem(tree);
  if (excess !== undefined) throw new InvalidInputError(subject, [{ field: 'spec', message: excess }]);
  const given = withoutEmptySections(tree);
  const problems = [...malformedTexts(given), ...problemsOf(given, { variables, adopt })];
  const reported = problems.slice(0, maxProblems);
  const all = [...issues, ...reported.map((problem) => toIssue(problem, locate(problem.path)))];
  if (all.length > 0) throw new InvalidInputError(subject, all.map(withPlace));
  return given;
}

/** An escape in YAML or JSON may write half of a surrogate pair into a text that holds none itself. */
function malformedTexts(given: Fields): SpecProblem[] {
  return malformedPaths(given).map((path) => ({ path: path.map(String), message: malformedMessage }));
}

/** Everything that is wrong, as far as it can be known. */
function problemsOf(given: Fields, context: Pick<SpecContext, 'variables' | 'adopt'>): SpecProblem[] {
  const { variables } = context;
  const references = checkReferences(given, variables);
  // Nothing is filled in that is too large, or wrong itself.
  if (references.some(({ path: [root] }) => root === undefined || root === 'variables')) return references;
  const filled = fillVariables(given, variables);
  const shaped = provisionSpec().safeParse(filled, { reportInput: true });
  const misshapen = shaped.success ? [] : toProblems(shaped.error.issues.slice(0, maxProblems));
  const content = checkContent(soundPartOf(given, misshapen), context, misshapen);
  const others = [...misshapen, ...content, ...literalSecrets(filled)];
  // What stands for a value that cannot be had is no fault of its own.
  const isOfReference = ({ path }: SpecProblem): boolean =>
    references.some((other) => other.path.every((part, index) => path[index] === part));
  return [...references, ...others.filter((problem) => !isOfReference(problem))];
}

/** A section without content may be written as nothing, or as an empty list. */
function withoutEmptySections(tree: Fields): Fields {
  const isEmpty = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(tree).filter(([key, value]) => !(provisionKinds.some((kind) => kind === key) && isEmpty(value))),
  );
}

/** The spec without the objects and sections whose shape is wrong. */
function soundPartOf(given: Fields, misshapen: readonly SpecProblem[]): ProvisionSpec {
  const wrong = new Set(misshapen.map(({ path }) => path.slice(0, 2).join('.')));
  const sections = provisionKinds.flatMap((kind) => {
    const section = given[kind];
    if (!isFields(section) || wrong.has(kind)) return [];
    return [[kind, Object.fromEntries(Object.entries(section).filter(([key]) => !wrong.has(`${kind}.${key}`)))]];
  });
  const { moved, adopt } = given;
  const isMoved = misshapen.every(({ path }) => path[0] !== 'moved');
  return {
    ...(Object.fromEntries(sections) as ProvisionSpec),
    ...(misshapen.every(({ path }) => path[0] !== 'adopt') &&
      adopt !== undefined && { adopt: adopt as ProvisionAdopt }),
    ...(isMoved && moved !== undefined && { moved: moved as ProvisionSpec['moved'] }),
  };
}

/** @param misshapen objects that are left out of the spec, and may be referred to all the same */
function checkContent(
  spec: ProvisionSpec,
  context: Pick<SpecContext, 'variables' | 'adopt'>,
  misshapen: readonly SpecProblem[],
): SpecProblem[] {
  const leftOut = new Set(misshapen.map(({ path }) => path.slice(0, 2).join('.')));
  const isThere = (address: string): boolean => !leftOut.has(address) && !leftOut.has(address.split('.')[0] ?? '');
  const objects = toObjects(spec, context).map((object) => ({ ...object, after: object.after.filter(isThere) }));
  return [...checkObjects(objects, spec), ...objects.flatMap(checkBody)];
}

/** Any text stands for what is only known later. */
const placeholder = '00000000-0000-4000-8000-000000000000';

function checkBody({ kind, address, body, errorHandling, pin }: ProvisionObject): SpecProblem[] {
  const at = [kind, address.slice(kind.length + 1)];
  const checked = resourceKinds[kind].body().safeParse(withPlaceholders(body), { reportInput: true });
  const found = checked.success
    ? []
    : toProblems(checked.error.issues).filter(({ path, missing }) => pin === null || !missing || path.length > 1);
  const settings = errorHandling
    ? errorHandlingShape(kind)?.().safeParse(errorHandling, { reportInput: true })
    : undefined;
  const wrong = settings && !settings.success ? toProblems(settings.error.issues) : [];
  return [
    ...found.map(({ path, message }) => ({ path: [...at, ...path], message })),
    ...wrong.map(({ path, message }) => ({ path: [...at, 'errorHandling', ...path], message })),
  ];
}

const errorHandlingShape = (kind: ProvisionObject['kind']) =>
  kind === 'bulkSyncs'
    ? operations.bulkSync.errorHandling.update.body
    : kind === 'modelSyncs'
      ? operations.modelSync.errorHandling.update.body
      : undefined;

function withPlaceholders(body: Fields): unknown {
  return mapValues(body, (value) =>
    refOf(value) !== undefined || isSecretReference(value) ? { to: placeholder } : undefined,
  );
}

/** Whatever else is wrong with their objects. In connections the schema of the type tells what is secret: the plan knows it. */
function literalSecrets(filled: Fields): SpecProblem[] {
  const objects = provisionKinds.flatMap((kind) =>
    Object.entries(filled[kind] ?? {}).map(([key, object]) => ({ at: [kind, key], object: object as unknown })),
  );
  return objects.flatMap(({ at, object }) =>
    findLiteralSecrets(object).map(({ path, problem }) => ({
      path: [...at, ...path.map(String)],
      message: secretMessages[problem],
    })),
  );
}

type Found = SpecProblem & { missing: boolean };

function toProblems(issues: readonly z.core.$ZodIssue[]): Found[] {
  return issues.flatMap((issue) => {
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: issue.message.startsWith('Unrecognized') ? 'unknown field' : issue.message,
        missing,
      }));
    return toInputIssues([issue]).map(({ message }) => ({ path, message, missing }));
  });
}

function toIssue({ path, message }: SpecProblem, place: { file: string; line: number } | undefined): FileIssue {
  return { field: path.length === 0 ? 'spec' : fieldAt(path.map(toPart)), message, ...place };
}

const toPart = (part: string): PropertyKey => (/^\d+$/.test(part) ? Number(part) : part);

/** The place is in the message too, as many only show that. */
function withPlace(issue: FileIssue): FileIssue {
  const { file, line } = issue;
  return file === undefined ? issue : { ...issue, message: `${issue.message} (${file}:${line ?? 1})` };
}

/** Whether an input gave its spec as plain data, which the workflow has at hand itself. */
export const isPlainSpec = (input: SpecInput): input is ProvisionSpec => isFields(input);
