/** Reads a spec from plain data, text or files: merged into one, each place remembered for the errors. */
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  visit,
  type Document,
  type LineCounter,
  type Pair,
  type YAMLMap,
} from 'yaml';
import { provisionKinds, type Fields, type SpecFile, type SpecInput } from '../contracts/provision-spec';
import { boundsProblem, depthProblem } from '../rules/input-bounds';
import { isFields, walkValues } from '../rules/provision/values';
import { parseYaml, type ParseError } from './parse-yaml';

/** Something wrong in a spec; `file` and `line` where it came as text. */
export interface SpecIssue {
  /** Path of the field (`connections.warehouse.type`). */
  field: string;
  message: string;
  file?: string;
  line?: number;
}

/** Where a path of the merged spec stands. */
export type Locate = (path: readonly string[]) => { file: string; line: number } | undefined;

/** A spec as plain data, not checked yet. */
export interface ReadSpec {
  tree: Fields;
  locate: Locate;
  issues: SpecIssue[];
}

interface ParsedFile {
  file: string;
  /** Undefined where the text cannot be used; an issue says why. */
  document: Document | undefined;
  lines: LineCounter;
}

const lists = ['moved'];
/** Of one file, more are not reported. */
const maxErrors = 100;

/** Never throws: what cannot be read is an issue. */
export function readSpec(input: SpecInput): ReadSpec {
  if (typeof input === 'string') return readFiles([{ file: 'spec', text: input }]);
  if (Array.isArray(input)) return readFiles(input);
  const issues = isFields(input) ? [] : [{ field: 'spec', message: 'expected an object, a text or a list of files' }];
  issues.push(...unusableNames(input));
  return { tree: isFields(input) ? input : {}, locate: () => undefined, issues };
}

function readFiles(files: readonly SpecFile[]): ReadSpec {
  const issues: SpecIssue[] = [];
  const parsed = files.map(({ file, text }) => parseFile({ file, text }, issues));
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

function parseFile({ file, text }: SpecFile, issues: SpecIssue[]): ParsedFile {
  const { document, errors, lines } = parseYaml(text);
  if (!document) issues.push({ field: 'spec', message: depthProblem, file, line: lines.lineStarts.length });
  const found = document && errors.length === 0 ? repeatedKeys(document) : errors;
  for (const { code, at } of found.slice(0, maxErrors)) {
    issues.push({ field: 'spec', message: `is neither YAML nor JSON (${code})`, file, line: lines.linePos(at).line });
  }
  return { file, document: found.length === 0 ? document : undefined, lines };
}

/** The parser compares each key with all before it, which takes minutes for a text that is one long map. */
function repeatedKeys(document: Document): ParseError[] {
  const found: ParseError[] = [];
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        if (!isScalar(key) || key.value === '<<') continue;
        const name = String(key.value);
        if (seen.has(name)) found.push({ code: 'DUPLICATE_KEY', at: key.range?.[0] ?? 0 });
        seen.add(name);
      }
    },
  });
  return found;
}

/** Names that JavaScript takes for something else: the object under one would be left out without a word. */
function unusableNames(content: unknown): SpecIssue[] {
  const issues: SpecIssue[] = [];
  walkValues(content, (_value, path) => {
    if (path.at(-1) !== '__proto__') return issues.length < maxErrors;
    issues.push({ field: path.join('.'), message: 'cannot be a name' });
    return false;
  });
  return issues;
}

/** Nothing where it cannot be used; an issue says why. */
function contentOf({ file, document, lines }: ParsedFile, issues: SpecIssue[]): unknown {
  if (!document) return undefined;
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    // By aliases a text says what has no end, or much in few characters.
    const excess = boundsProblem(content);
    const unusable = excess === undefined ? unusableNames(content) : [{ field: 'spec', message: excess }];
    issues.push(...unusable.map((issue) => ({ ...issue, file, line: 1 })));
    return unusable.length === 0 ? content : undefined;
  } catch (error) {
    // The parser tells so of aliases alone: by the reference that leads nowhere, or too many times.
    if (!(error instanceof ReferenceError)) throw error;
    const { line } = lines.linePos(unusableAliasAt(document));
    issues.push({ field: 'spec', message: 'has an alias without an anchor, or too many of them', file, line });
    return undefined;
  }
}

/** Where the first alias stands that leads nowhere; where all lead somewhere, the first. */
function unusableAliasAt(document: Document): number {
  const anchors = new Set<string>();
  let [first, found]: (number | undefined)[] = [];
  visit(document, {
    Node(_key, node) {
      const at = node.range?.[0] ?? 0;
      if (!isAlias(node)) return void (node.anchor !== undefined && anchors.add(node.anchor));
      first ??= at;
      if (anchors.has(node.source)) return undefined;
      found = at;
      return visit.BREAK;
    },
  });
  return found ?? first ?? 0;
}

/** Sections are merged by their names, lists are joined; whatever stands twice is an issue that names both places. */
function mergeFile(
  tree: Fields,
  part: ParsedFile,
  { owners, issues }: { owners: Map<string, ParsedFile>; issues: SpecIssue[] },
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
