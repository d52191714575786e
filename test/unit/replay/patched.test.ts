import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker';

const replays = join(__dirname, '..', '..', 'replay');

/** A recorded history, as if a workflow of another type had written it. */
function recordedAs(recording: string, workflow: string): unknown {
  const folder = join(replays, 'histories');
  const version = readdirSync(folder).find((name) => readdirSync(join(folder, name)).includes(`${recording}.json`));
  const text = readFileSync(join(folder, version ?? '', `${recording}.json`), 'utf8');
  const history = JSON.parse(text) as {
    events: { workflowExecutionStartedEventAttributes?: { workflowType: { name: string } } }[];
  };
  const started = history.events[0]?.workflowExecutionStartedEventAttributes;
  if (started) started.workflowType.name = workflow;
  return history;
}

let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  const logger = new DefaultLogger('ERROR');
  // The core warns of the recordings that are meant not to fit.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, telemetryOptions: { logging: { filter } } });
  workflowBundle = await bundleWorkflowCode({ workflowsPath: join(replays, 'workflows.ts'), logger });
});

describe('a change of commands', () => {
  it.each([
    ['example-before', 'examplePatched'],
    ['example-patched', 'examplePatched'],
    ['example-patched', 'exampleDeprecated'],
  ])('of what was recorded in %s is understood by %s', async (recording, workflow) => {
    await Worker.runReplayHistory({ workflowBundle }, recordedAs(recording, workflow));
  });

  it.each([
    ['example-before', 'exampleCareless'],
    ['example-before', 'exampleDeprecated'],
    ['example-patched', 'exampleBefore'],
  ])('of what was recorded in %s blocks the task of %s', async (recording, workflow) => {
    const replay = Worker.runReplayHistory({ workflowBundle }, recordedAs(recording, workflow));
    await expect(replay).rejects.toThrow(/determinis/i);
  });
});
