/**
 * The worked example of docs/changing-workflows.md: one workflow before a change of its commands, with the change behind
 * `patched`, and after it, with `deprecatePatch`. The change: it pauses before the second run.
 */
import { deprecatePatch, patched, sleep } from '@temporalio/workflow';
import { runModelSync, type RunModelSyncInput } from '../../src/workflow';

const patch = 'polytomic.example-pause';

/** As it was released first. */
export async function exampleBefore(input: RunModelSyncInput): Promise<void> {
  await runModelSync(input);
  await runModelSync(input);
}

/** Released next: workflows that were under way go on as before. */
export async function examplePatched(input: RunModelSyncInput): Promise<void> {
  await runModelSync(input);
  if (patched(patch)) await sleep(1_000);
  await runModelSync(input);
}

/** Released once none can be under way that began before the patch. */
export async function exampleDeprecated(input: RunModelSyncInput): Promise<void> {
  await runModelSync(input);
  deprecatePatch(patch);
  await sleep(1_000);
  await runModelSync(input);
}

/** What must never be released: the change without a patch. */
export async function exampleCareless(input: RunModelSyncInput): Promise<void> {
  await runModelSync(input);
  await sleep(1_000);
  await runModelSync(input);
}
