/** Finds the operation of a method and path; a literal segment wins over a parameter. */
import type { ContractOperation } from './contract-types';

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: Node;
  readonly operations: ContractOperation[];
}

/** What a path leads to: every operation of that method and path, in any version, and the path's parameters. */
export interface RouteMatch {
  readonly operations: readonly ContractOperation[];
  readonly params: Readonly<Record<string, string>>;
}

const emptyNode = (): Node => ({ literals: new Map(), operations: [] });
const segmentsOf = (path: string): string[] => path.split('/').slice(1);

/** Routes requests to operations. */
export class Router {
  readonly #root = emptyNode();

  constructor(operations: readonly ContractOperation[]) {
    for (const operation of operations) this.#add(operation);
  }

  /** The operations behind a method and path, or undefined when none is listed. Segments are percent-decoded. */
  match(method: string, path: string): RouteMatch | undefined {
    const segments = segmentsOf(path).map(decodeSegment);
    const found = find(this.#root, { segments, method, at: 0 });
    const first = found?.[0];
    if (found === undefined || first === undefined) return undefined;
    const named = segmentsOf(first.path).map((name, index) => [name, segments[index] ?? ''] as const);
    const params = named.filter(([name]) => name.startsWith('{')).map(([name, value]) => [name.slice(1, -1), value]);
    return { operations: found, params: Object.fromEntries(params) as Record<string, string> };
  }

  #add(operation: ContractOperation): void {
    let node = this.#root;
    for (const segment of segmentsOf(operation.path)) node = childFor(node, segment);
    node.operations.push(operation);
  }
}

function childFor(node: Node, segment: string): Node {
  if (segment.startsWith('{')) return (node.parameter ??= emptyNode());
  const child = node.literals.get(segment) ?? emptyNode();
  node.literals.set(segment, child);
  return child;
}

function find(
  node: Node,
  { segments, method, at }: { segments: readonly string[]; method: string; at: number },
): ContractOperation[] | undefined {
  if (at === segments.length) {
    const operations = node.operations.filter((operation) => operation.method === method);
    return operations.length > 0 ? operations : undefined;
  }
  const segment = segments[at] ?? '';
  const literal = node.literals.get(segment);
  const byLiteral = literal && find(literal, { segments, method, at: at + 1 });
  if (byLiteral !== undefined || node.parameter === undefined || segment === '') return byLiteral;
  return find(node.parameter, { segments, method, at: at + 1 });
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
