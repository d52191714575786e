/** The system behind a connection as the emulator plays it: its schemas, its answers, its limits. */
import type { ConnectionControls } from '../controls/connection-controls';
import { makeProxy, type Proxy } from './proxy';
import { makeSource, type Source } from './source';

/** What stands behind one connection. */
export interface ConnectedSystem {
  controls: ConnectionControls;
  readonly source: Source;
  readonly proxy: Proxy;
  /** Objects that model syncs made in it. */
  readonly newTargets: string[];
}

/** A system; `inspectedAt` is when its schemas were last read, undefined when they never were. */
export const makeSystem = (controls: ConnectionControls, inspectedAt: number | undefined): ConnectedSystem => ({
  controls,
  source: makeSource(controls, inspectedAt),
  proxy: makeProxy(controls.proxy ?? {}),
  newTargets: [],
});

/** The system of a connection; one of which nothing was said has a usual one. */
export function systemOf(
  { systems }: { readonly systems: Map<string, ConnectedSystem> },
  connectionId: string,
): ConnectedSystem {
  const known = systems.get(connectionId);
  if (known !== undefined) return known;
  const made = makeSystem({}, undefined);
  systems.set(connectionId, made);
  return made;
}
