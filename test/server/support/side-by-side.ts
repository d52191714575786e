/** Tests that mostly wait: all begin at once, each tells its end by its own name. */
import { beforeAll, it } from '@jest/globals';

/**
 * Begins every test of the table once the `beforeAll`s before it are done. Each is a story under its sentence; one that
 * fails fails only its own name.
 */
export function sideBySide(tests: Readonly<Record<string, () => Promise<void>>>): void {
  const running = new Map<string, Promise<void>>();
  beforeAll(() => {
    for (const [name, test] of Object.entries(tests)) {
      const run = test();
      // It is told when its turn comes; until then nobody else may take it for unhandled.
      run.catch(() => undefined);
      running.set(name, run);
    }
  });
  for (const name of Object.keys(tests)) it(name, () => running.get(name));
}
