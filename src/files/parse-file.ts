/** Files in YAML or JSON, such as those of a spec: their plain data, or issues that name the place. */
import { isAlias, isScalar, visit, type Document, type LineCounter } from 'yaml';
import { boundsProblem, depthProblem } from '../rules/input-bounds';
import { walkValues } from '../rules/provision/values';
import { parseYaml, type ParseError } from './parse-yaml';

/** Something wrong in what somebody wrote; `file` and `line` where it came as text. */
export interface FileIssue {
  /** Path of the field (`connections.warehouse.type`). */
  field: string;
  message: string;
  file?: string;
  line?: number;
}

/** A file, and what it is (`spec`), as issues about all of it name it. */
export interface TextFile {
  file: string;
  text: string;
  root: string;
}

/** A file that was parsed. */
export interface ParsedFile extends Pick<TextFile, 'file' | 'root'> {
  /** Undefined where the text cannot be used; an issue says why. */
  document: Document | undefined;
  lines: LineCounter;
}

/** Of one file, more are not reported. */
const maxErrors = 100;

/** What the file holds; undefined where it cannot be used, and an issue says why. Never throws. */
export function readTextFile(file: TextFile): { content: unknown; issues: FileIssue[] } {
  const issues: FileIssue[] = [];
  return { content: contentOf(parseFile(file, issues), issues), issues };
}

/** Parses a file; what is wrong with it is added to the issues. */
export function parseFile({ file, text, root }: TextFile, issues: FileIssue[]): ParsedFile {
  const { document, errors, lines } = parseYaml(text);
  if (!document) issues.push({ field: root, message: depthProblem, file, line: lines.lineStarts.length });
  const found = document && errors.length === 0 ? repeatedKeys(document) : errors;
  for (const { code, at } of found.slice(0, maxErrors)) {
    issues.push({ field: root, message: `is neither YAML nor JSON (${code})`, file, line: lines.linePos(at).line });
  }
  return { file, root, document: found.length === 0 ? document : undefined, lines };
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
export function unusableNames(content: unknown): FileIssue[] {
  const issues: FileIssue[] = [];
  walkValues(content, (_value, path) => {
    if (path.at(-1) !== '__proto__') return issues.length < maxErrors;
    issues.push({ field: path.join('.'), message: 'cannot be a name' });
    return false;
  });
  return issues;
}

/** Nothing where it cannot be used; an issue says why. */
export function contentOf({ file, root, document, lines }: ParsedFile, issues: FileIssue[]): unknown {
  if (!document) return undefined;
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    // By aliases a text says what has no end, or much in few characters.
    const excess = boundsProblem(content);
    const unusable = excess === undefined ? unusableNames(content) : [{ field: root, message: excess }];
    issues.push(...unusable.map((issue) => ({ ...issue, file, line: 1 })));
    return unusable.length === 0 ? content : undefined;
  } catch (error) {
    // The parser tells so of aliases alone: by the reference that leads nowhere, or too many times.
    if (!(error instanceof ReferenceError)) throw error;
    const { line } = lines.linePos(unusableAliasAt(document));
    issues.push({ field: root, message: 'has an alias without an anchor, or too many of them', file, line });
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
