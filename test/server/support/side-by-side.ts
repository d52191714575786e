/** Tests that mostly wait: all begin at once, each reports its end under its own name. */
import { it } from '@jest/globals';

/**
 * Begins every test of the table once the `beforeAll`s of its file and block are done; with a filter by name, only the
 * tests that it takes. Each is a story under its sentence; one that fails fails only its own name.
 */
export function sideBySide(tests: Readonly<Record<string, () => Promise<void>>>): void {
  for (const [name, test] of Object.entries(tests)) it.concurrent(name, test);
}
