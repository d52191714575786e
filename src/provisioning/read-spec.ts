/** Reads a spec from plain data, text or files: merged into one, each place remembered for the errors. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { provisionKinds, type Fields, type SpecFile, type SpecInput } from '../contracts/provision-spec';
import { isFields } from '../rules/provision/values';

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
  document: Document;
  lines: LineCounter;
}

const lists = ['moved'];

/** Never throws: what cannot be read is an issue. */
export function readSpec(input: SpecInput): ReadSpec {
  if (typeof input === 'string') return readFiles([{ file: 'spec', text: input }]);
  if (Array.isArray(input)) return readFiles(input);
  const issues = isFields(input) ? [] : [{ field: 'spec', message: 'expected an object, a text or a list of files' }];
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
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  for (const error of document.errors) {
    const line = lines.linePos(error.pos[0]).line;
    // The parser's longer messages quote the text around the fault, which may be a secret.
    issues.push({ field: 'spec', message: `is neither YAML nor JSON (${error.code})`, file, line });
  }
  return { file, document, lines };
}

/** Sections are merged by their names, lists are joined; whatever stands twice is an issue that names both places. */
function mergeFile(
  tree: Fields,
  part: ParsedFile,
  { owners, issues }: { owners: Map<string, ParsedFile>; issues: SpecIssue[] },
): void {
  const content: unknown = part.document.errors.length > 0 ? {} : part.document.toJS({ maxAliasCount: 100 });
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
  const key = path.at(-1) ?? '';
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1).map(toIndex), true) : document.contents;
  const pair = isMap(parent)
    ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
    : undefined;
  const node: unknown = pair ? pair.key : document.getIn(path.map(toIndex), true);
  const start = isNode(node) ? node.range?.[0] : undefined;
  return start === undefined ? undefined : lines.linePos(start).line;
}

const toIndex = (part: string): string | number => (/^\d+$/.test(part) ? Number(part) : part);
