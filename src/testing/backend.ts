/** The system behind a connection as the emulator plays it: its schemas, its answers, its limits. */
import type { ConnectionControls } from './connection-controls';
import { makeProxy, type Proxy } from './proxy';
import { makeSource, type Source } from './source';
import type { Organization } from './world';

/** What stands behind one connection. */
export interface Backend {
  controls: ConnectionControls;
  readonly source: Source;
  readonly proxy: Proxy;
  /** Objects that model syncs made in it. */
  readonly newTargets: string[];
}

/** A backend; `inspectedAt` is when its schemas were last read, undefined when they never were. */
export const makeBackend = (controls: ConnectionControls, inspectedAt: number | undefined): Backend => ({
  controls,
  source: makeSource(controls, inspectedAt),
  proxy: makeProxy(controls.proxy ?? {}),
  newTargets: [],
});

/** The backend of a connection; one of which nothing was said has a usual one. */
export function backendOf({ backends }: Organization, connectionId: string): Backend {
  const known = backends.get(connectionId);
  if (known !== undefined) return known;
  const made = makeBackend({}, undefined);
  backends.set(connectionId, made);
  return made;
}
