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
import * as workflows from '../../../src/workflows';

const replays = join(__dirname, '..', '..', 'replay');
const histories = join(replays, 'histories');

interface RecordedHistory {
  events: { workflowExecutionStartedEventAttributes?: { workflowType: { name: string } } }[];
}

const read = (path: string): RecordedHistory => JSON.parse(readFileSync(path, 'utf8')) as RecordedHistory;

const recorded = readdirSync(histories).flatMap((version) =>
  readdirSync(join(histories, version)).map((file) => [`${version}/${file}`, join(histories, version, file)] as const),
);

let workflowBundle: WorkflowBundle;

beforeAll(async () => {
  const logger = new DefaultLogger('ERROR');
  // The core warns of the recording that is meant not to fit.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger, telemetryOptions: { logging: { filter } } });
  workflowBundle = await bundleWorkflowCode({ workflowsPath: join(replays, 'workflows.ts'), logger });
});

/** Workflows that are to be recorded before their first release. */
const unrecorded = ['changePolytomicSchedule'];

describe('the workflow code of today', () => {
  it.each(recorded)('does what was recorded in %s', async (_name, path) => {
    await Worker.runReplayHistory({ workflowBundle }, read(path));
  });

  it('is told apart from a recording in which an activity is another one', async () => {
    const [[, path] = ['', '']] = recorded;
    const text = readFileSync(path, 'utf8').replace('polytomic.prepareRuns', 'polytomic.listSyncs');
    const another = JSON.parse(text) as RecordedHistory;
    await expect(Worker.runReplayHistory({ workflowBundle }, another)).rejects.toThrow(/determinis/i);
  });
});

describe('the recordings', () => {
  const typeOf = ({ events }: RecordedHistory): string | undefined =>
    events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;

  it('cover every workflow that is registered', () => {
    const registered = Object.keys(workflows);
    const types = recorded.map(([, path]) => typeOf(read(path)));
    expect(registered.filter((name) => !types.includes(name)).toSorted()).toEqual(unrecorded);
  });

  it('hold no path and no name of the machine that made them', () => {
    for (const [, path] of recorded) expect(readFileSync(path, 'utf8')).not.toMatch(/node_modules|"stackTrace":"[^"]/);
  });
});
