/** A graph of named nodes that wait for others: is it sound, what may go now, what hangs on what. */

/** One node. */
export interface GraphNode {
  id: string;
  /** Ids of the nodes that come before it. */
  after: readonly string[];
}

/** What keeps a graph from being run. */
export type GraphProblem =
  | { problem: 'duplicate'; id: string }
  /** `after` names no node. */
  | { problem: 'unknown'; id: string; after: string }
  /** Each of `path` waits for the next one; the first is also the last. */
  | { problem: 'cycle'; path: string[] };

/** Every duplicate and unknown id; and one path for each cycle that closes on a way not walked before. */
export function checkGraph(nodes: readonly GraphNode[]): GraphProblem[] {
  const known = new Set(nodes.map(({ id }) => id));
  const seen = new Set<string>();
  const problems = nodes.flatMap(({ id, after }): GraphProblem[] => {
    const duplicate: GraphProblem[] = seen.has(id) ? [{ problem: 'duplicate', id }] : [];
    seen.add(id);
    const unknown = after.filter((name) => !known.has(name));
    return [...duplicate, ...unknown.map((name): GraphProblem => ({ problem: 'unknown', id, after: name }))];
  });
  return [...problems, ...findCycles(nodes).map((path): GraphProblem => ({ problem: 'cycle', path }))];
}

/** As people write it: `a -> b -> a`. */
export function writePath(path: readonly string[]): string {
  return path.join(' -> ');
}

/** Nodes that are not done and wait for nothing that is not done, in the order given. */
export function readyNodes<T extends GraphNode>(nodes: readonly T[], done: ReadonlySet<string>): T[] {
  return nodes.filter(({ id, after }) => !done.has(id) && after.every((name) => done.has(name)));
}

/** Ids of all nodes that come after this one, over however many others; without its own. */
export function dependentsOf(nodes: readonly GraphNode[], id: string): Set<string> {
  const dependents = new Map<string, string[]>();
  for (const node of nodes) {
    for (const name of node.after) dependents.set(name, [...(dependents.get(name) ?? []), node.id]);
  }
  const found = new Set(dependents.get(id));
  // A set that is walked while it grows is walked to its last end.
  for (const next of found) for (const dependent of dependents.get(next) ?? []) found.add(dependent);
  found.delete(id);
  return found;
}

/** Walks every way once, without recursion, as a long chain would exhaust the stack. */
function findCycles(nodes: readonly GraphNode[]): string[][] {
  const ways = new Map(nodes.map(({ id, after }) => [id, after]));
  const finished = new Set<string>();
  return nodes.flatMap(({ id }) => (finished.has(id) ? [] : walk(id, ways, finished)));
}

function walk(from: string, ways: ReadonlyMap<string, readonly string[]>, finished: Set<string>): string[][] {
  const cycles: string[][] = [];
  const path = [{ id: from, next: 0 }];
  const places = new Map([[from, 0]]);
  for (let at = path.at(-1); at; at = path.at(-1)) {
    const name = ways.get(at.id)?.[at.next];
    at.next += 1;
    if (name === undefined) {
      finished.add(at.id);
      places.delete(at.id);
      path.pop();
    } else if (places.has(name)) {
      cycles.push([...path.slice(places.get(name)).map(({ id }) => id), name]);
    } else if (!finished.has(name)) {
      places.set(name, path.length);
      path.push({ id: name, next: 0 });
    }
  }
  return cycles;
}
