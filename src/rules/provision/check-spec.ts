/** What a spec's shape cannot say: references that lead nowhere or in circles, names that stand twice, moves. */
import {
  provisionKinds,
  type Fields,
  type ProvisionKind,
  type ProvisionObject,
  type ProvisionSpec,
  type ProvisionVariables,
} from '../../contracts/provision-spec';
import { checkGraph, writePath } from '../graph';
import { jsonBytes } from '../json-bytes';
import { addressOfRef, canonicalJson, isFields, refOf, walkValues } from './values';

/** Something wrong at a place of the spec. */
export interface SpecProblem {
  path: string[];
  message: string;
}

/** Most bytes of one object, as JSON. */
export const maxObjectBytes = 200 * 1024;
/** Most bytes of a whole input, as JSON. */
export const maxSpecBytes = 1024 * 1024;
/** Most objects of one set: what is kept and planned of them has to fit into a history, first runs included. */
export const maxSetObjects = 1_000;
/** Most bytes, as JSON, of a spec that is given as text: the worker answers what it read in it. */
export const maxTextSpecBytes = 200 * 1024;

/**
 * Problems that can be seen before variables are filled in: unknown variables, malformed references, and a spec that would
 * become too large.
 */
export function checkReferences(spec: Readonly<Fields>, variables: ProvisionVariables): SpecProblem[] {
  const inSpec = provisionKinds.flatMap((kind) => [
    ...referencesOf(kind, spec[kind], variables),
    ...inexactOf(kind, spec[kind]),
  ]);
  const problems = [...inSpec, ...referencesOf('variables', variables, null), ...inexactOf('variables', variables)];
  return problems.length > 0 ? problems : checkFilled(spec, variables);
}

/** Values that YAML knows and JSON does not, or that would not arrive as they were written. */
function inexactOf(root: string, tree: unknown): SpecProblem[] {
  const problems: SpecProblem[] = [];
  walkValues(tree, (value, path) => {
    const isBytes = value instanceof Uint8Array;
    const isExact = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value);
    const isFinite = typeof value !== 'number' || Number.isFinite(value);
    const message = isBytes
      ? 'expected a value that JSON has, got bytes'
      : !isFinite
        ? 'expected a number that JSON has'
        : isExact
          ? undefined
          : 'is beyond the whole numbers that are kept exactly; write it as a text';
    if (message !== undefined) problems.push({ path: [root, ...path], message });
    return !isBytes;
  });
  return problems;
}

/** A variable is as large as often as it stands in the spec. */
function checkFilled(spec: Readonly<Fields>, variables: ProvisionVariables): SpecProblem[] {
  const sizes = new Map(Object.entries(variables).map(([name, value]) => [name, jsonBytes(value)]));
  let bytes = jsonBytes(spec);
  walkValues(spec, (value) => {
    const name = isFields(value) ? value.$var : undefined;
    bytes += (typeof name === 'string' && sizes.get(name)) || 0;
    return name === undefined;
  });
  if (bytes <= maxSpecBytes) return [];
  const message = `has ${bytes} bytes with its variables, more than the ${maxSpecBytes} of one spec`;
  return [{ path: [], message: `${message}; split it into sets by name` }];
}

/** `variables` null: a value of a variable, which may refer to no other one, as it is filled in once. */
function referencesOf(root: string, tree: unknown, variables: ProvisionVariables | null): SpecProblem[] {
  const problems: SpecProblem[] = [];
  walkValues(tree, (value, path) => {
    if (!isFields(value)) return true;
    const problem = problemOf(value, variables);
    if (problem) problems.push({ path: [root, ...path], message: problem });
    return !problem && !isReference(value);
  });
  return problems;
}

const referenceKeys = ['$ref', '$var', '$env', '$file', '$secret'];

const isReference = (value: Record<string, unknown>): boolean => referenceKeys.some((key) => key in value);

function problemOf(value: Record<string, unknown>, variables: ProvisionVariables | null): string | undefined {
  const key = referenceKeys.find((name) => name in value);
  if (key === undefined) return undefined;
  const target = value[key];
  const beside = Object.keys(value).filter((name) => name !== key && !(isSecretKey(key) && name === 'version'));
  if (typeof target !== 'string' || target === '') return `expected { ${key}: a name }`;
  if (beside.length > 0) return `expected nothing beside ${key}${isSecretKey(key) ? ' and version' : ''}`;
  if (isSecretKey(key) && 'version' in value && !['number', 'string'].includes(typeof value.version)) {
    return 'expected version to be a number or a text';
  }
  if (key === '$var' && variables === null) return 'a variable cannot refer to another one';
  if (key === '$var' && !Object.hasOwn(variables ?? {}, target)) return `no variable "${target}" is given`;
  if (key === '$ref' && addressOfRef(target) === undefined) {
    return 'expected { $ref: <kind>.<name>.id }, where kind is connections, models, modelSyncs or bulkSyncs';
  }
  return undefined;
}

const isSecretKey = (key: string): boolean => key === '$env' || key === '$file' || key === '$secret';

/** Problems of objects among each other. */
export function checkObjects(objects: readonly ProvisionObject[], spec: ProvisionSpec): SpecProblem[] {
  return [
    ...checkCount(objects),
    ...checkOrder(objects),
    ...checkKinds(objects),
    ...checkNames(objects),
    ...checkPins(objects),
    ...checkSizes(objects),
    ...checkRuns(objects),
    ...checkMoves(objects, spec),
  ];
}

function checkCount({ length }: readonly ProvisionObject[]): SpecProblem[] {
  if (length <= maxSetObjects) return [];
  return [{ path: [], message: `has ${length} objects, more than the ${maxSetObjects} of one set; split it by name` }];
}

const pathOf = (address: string): string[] => {
  const [kind = '', ...key] = address.split('.');
  return [kind, key.join('.')];
};

function checkOrder(objects: readonly ProvisionObject[]): SpecProblem[] {
  const nodes = objects.map(({ address, after }) => ({ id: address, after }));
  return checkGraph(nodes).map((found): SpecProblem => {
    switch (found.problem) {
      case 'cycle':
        return { path: pathOf(found.path[0] ?? ''), message: `refers to itself: ${writePath(found.path)}` };
      case 'unknown':
        return { path: pathOf(found.id), message: `refers to ${found.after}, which the spec does not have` };
      case 'duplicate':
        return { path: pathOf(found.id), message: 'stands twice' };
    }
  });
}

/** Fields of create requests that hold the id of another object, and of which kind it is. */
const kindOfField: Readonly<Record<string, ProvisionKind>> = {
  connection_id: 'connections',
  source_connection_id: 'connections',
  destination_connection_id: 'connections',
  model_id: 'models',
};

/** The id of one kind where another is expected would be refused only when all before it has been made. */
function checkKinds(objects: readonly ProvisionObject[]): SpecProblem[] {
  return objects.flatMap(({ address, body }) => {
    const problems: SpecProblem[] = [];
    walkValues(body, (value, path) => {
      const expected = kindOfField[path.at(-1) ?? ''];
      const target = addressOfRef(refOf(value) ?? '');
      if (expected === undefined || target === undefined || target.startsWith(`${expected}.`)) return true;
      problems.push({ path: [...pathOf(address), ...path], message: `expected one of ${expected}, got ${target}` });
      return false;
    });
    return problems;
  });
}

/** Two objects of one name and type could not be told apart after a lost answer. */
function checkNames(objects: readonly ProvisionObject[]): SpecProblem[] {
  const seen = new Map<string, string>();
  return objects.flatMap(({ address, kind, name, body, pin }): SpecProblem[] => {
    if (pin !== null) return [];
    const identity = canonicalJson([kind, name, kind === 'connections' ? body.type : null]);
    const other = seen.get(identity);
    seen.set(identity, other ?? address);
    return other === undefined
      ? []
      : [{ path: [...pathOf(address), 'name'], message: `has the same name as ${other}` }];
  });
}

/** Two keys for one object would overwrite each other's fields. */
function checkPins(objects: readonly ProvisionObject[]): SpecProblem[] {
  const seen = new Map<string, string>();
  return objects.flatMap(({ address, kind, pin }): SpecProblem[] => {
    if (pin === null) return [];
    const identity = canonicalJson([kind, pin]);
    const other = seen.get(identity);
    seen.set(identity, other ?? address);
    return other === undefined ? [] : [{ path: [...pathOf(address), 'id'], message: `is the object of ${other} too` }];
  });
}

function checkSizes(objects: readonly ProvisionObject[]): SpecProblem[] {
  return objects.flatMap(({ address, body, schemas }): SpecProblem[] => {
    const bytes = jsonBytes([body, schemas]);
    return bytes <= maxObjectBytes
      ? []
      : [{ path: pathOf(address), message: `has ${bytes} bytes, more than the ${maxObjectBytes} of one object` }];
  });
}

/** A bulk sync that is inactive may be started by hand; a model sync may not. */
function checkRuns(objects: readonly ProvisionObject[]): SpecProblem[] {
  return objects.flatMap(({ address, kind, run, active }): SpecProblem[] =>
    kind === 'modelSyncs' && run && active === false
      ? [{ path: [...pathOf(address), 'run'], message: 'an inactive model sync cannot run; leave out "active: false"' }]
      : [],
  );
}

function checkMoves(objects: readonly ProvisionObject[], { moved = [] }: ProvisionSpec): SpecProblem[] {
  const present = new Set(objects.map(({ address }) => address));
  const isKind = (text: string): boolean => provisionKinds.includes(text as ProvisionKind);
  return moved.flatMap(({ from, to }, index): SpecProblem[] => {
    const at = ['moved', String(index)];
    const [fromKind = ''] = from.split('.');
    if (!isKind(fromKind) || fromKind !== to.split('.')[0])
      return [{ path: at, message: 'expected two addresses of one kind' }];
    if (moved.findIndex((other) => other.to === to || other.from === from) < index)
      return [{ path: at, message: 'moves what another move names' }];
    if (!present.has(to)) return [{ path: [...at, 'to'], message: `the spec has no ${to}` }];
    return present.has(from) ? [{ path: [...at, 'from'], message: `the spec still has ${from}` }] : [];
  });
}
