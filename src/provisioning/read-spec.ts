/** Reads a spec from plain data, text or files: merged into one, each place remembered for the errors. */
import { isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { provisionKinds, type Fields, type SpecFile, type SpecInput } from '../contracts/provision-spec';
import { isFields } from '../rules/provision/values';
import { contentOf, parseFile, unusableNames, type ParsedFile, type FileIssue } from '../files/parse-file';

/** Where a path of the merged spec stands. */
export type Locate = (path: readonly string[]) => { file: string; line: number } | undefined;

/** A spec as plain data, not checked yet. */
export interface ReadSpec {
  tree: Fields;
  locate: Locate;
  issues: FileIssue[];
}

const lists = ['moved'];

/** Never throws: what cannot be read is an issue. */
export function readSpec(input: SpecInput): ReadSpec {
  if (typeof input === 'string') return readFiles([{ file: 'spec', text: input }]);
  if (Array.isArray(input)) return readFiles(input);
  const issues = isFields(input) ? [] : [{ field: 'spec', message: 'expected an object, a text or a list of files' }];
  issues.push(...unusableNames(input));
  return { tree: isFields(input) ? input : {}, locate: () => undefined, issues };
}

function readFiles(files: readonly SpecFile[]): ReadSpec {
  const issues: FileIssue[] = [];
  const parsed = files.map(({ file, text }) => parseFile({ file, text, root: 'spec' }, issues));
  const tree: Fields = {};
  const owners = new Map<string, ParsedFile>();
  for (const part of parsed) mergeFile(tree, part, { owners, issues });
  const locate: Locate = (path) => {
    for (let length = path.length; length > 0; length--) {
      const owner = owners.get(path.slice(0, Math.min(2, length)).join('.')) ?? owners.get(path[0] ?? '');
      const line = owner && lineOf(owner, path.slice(0, length));
      if (owner && line !== undefined) return { file: owner.file, line };
    }
    return undefined;
  };
  return { tree, locate, issues };
}

/** Sections are merged by their names, lists are joined; whatever stands twice is an issue that names both places. */
function mergeFile(
  tree: Fields,
  part: ParsedFile,
  { owners, issues }: { owners: Map<string, ParsedFile>; issues: FileIssue[] },
): void {
  const content = contentOf(part, issues);
  if (content === null || content === undefined) return;
  if (!isFields(content))
    return void issues.push({ field: 'spec', message: 'expected an object', file: part.file, line: 1 });
  const claim = (path: string): boolean => {
    const other = owners.get(path);
    if (!other) return Boolean(owners.set(path, part));
    const [at, before] = [lineOf(part, path.split('.')), lineOf(other, path.split('.'))];
    issues.push({ field: path, message: `stands in ${other.file}:${before ?? 1} too`, file: part.file, line: at ?? 1 });
    return false;
  };
  for (const [key, value] of Object.entries(content)) {
    if (lists.includes(key) && Array.isArray(value)) {
      owners.set(key, owners.get(key) ?? part);
      tree[key] = [...((tree[key] as unknown[] | undefined) ?? []), ...(value as unknown[])];
    } else if (provisionKinds.some((kind) => kind === key) && isFields(value)) {
      const section = (tree[key] ??= {}) as Fields;
      for (const [name, object] of Object.entries(value)) if (claim(`${key}.${name}`)) section[name] = object;
    } else if (value !== null && claim(key)) {
      tree[key] = value;
    }
  }
}

/** The line of a path's key, or of its value where it stands in a list. */
function lineOf({ document, lines }: ParsedFile, path: readonly string[]): number | undefined {
  let node: unknown = document?.contents;
  let place: unknown = node;
  for (const part of path) {
    if (isMap(node)) {
      const pair = pairsOf(node).get(part);
      [place, node] = [pair?.key, pair?.value];
    } else {
      node = isSeq(node) ? node.items[Number(part)] : undefined;
      place = node;
    }
  }
  const start = isNode(place) ? place.range?.[0] : undefined;
  return start === undefined ? undefined : lines.linePos(start).line;
}

/** Looked up for every error of a large spec. */
const pairsByMap = new WeakMap<YAMLMap, Map<string, Pair>>();

function pairsOf(map: YAMLMap): Map<string, Pair> {
  const known = pairsByMap.get(map);
  if (known) return known;
  const pairs = new Map(map.items.map((pair) => [isScalar(pair.key) ? String(pair.key.value) : '', pair]));
  pairsByMap.set(map, pairs);
  return pairs;
}
