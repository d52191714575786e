/** `plan`, `apply`, `destroy`, `export`, `drift`: the bin as a child process, with a real server, worker and emulator. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { exitCodes } from '../../src/cli/exit-codes';
import type { DriftResult, ProvisioningFailure, ProvisionResult } from '../../src/contracts/provision';
import type { ProvisionPlan } from '../../src/contracts/provision-plan';
import { setWorkflowId } from '../../src/contracts/provision-record';
import { callCli, startCli, type CliEnd } from '../unit/cli/cli-process';
import { temporalAddress } from './support/harness';
import { actionsOf, allOf, countsOf, password, provisioningPlugin, specOf, writesOf } from './support/provisioning';
import { startWorld, type World } from './support/world';

let world: World;
const folder = mkdtempSync(join(tmpdir(), 'cli-provision-'));
const changes = 2;

beforeAll(async () => {
  process.env.TEST_WAREHOUSE_PASSWORD = password;
  world = await startWorld('cli-provision', { plugin: provisioningPlugin });
});

afterAll(async () => {
  delete process.env.TEST_WAREHOUSE_PASSWORD;
  rmSync(folder, { recursive: true });
  await world.close();
});

const env = (): NodeJS.ProcessEnv => ({ TEMPORAL_ADDRESS: temporalAddress(), POLYTOMIC_TASK_QUEUE: world.taskQueue });
const call = (...args: string[]): Promise<CliEnd> => callCli({ args, env: env() });

/** Writes a spec and answers its path. */
function fileOf(name: string, content: unknown): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, typeof content === 'string' ? content : stringify(content));
  return file;
}

describe('temporal-polytomic plan, apply, destroy', () => {
  it('plan writes nothing, apply makes it, a second plan is empty, destroy leaves nothing', async () => {
    const file = fileOf('life', specOf('life'));
    world.emulator.clearRequests();
    const planned = await call('plan', file);
    expect(planned.code).toBe(exitCodes.ok);
    expect(planned.stdout).toMatch(/^\+ create {2}connections\.warehouse "life warehouse"/m);
    expect(planned.stdout).toMatch(/^Set life: 4 to create$/m);
    const detailed = await call('plan', file, '--detailed-exitcode', '-o', 'json');
    expect(detailed.code).toBe(changes);
    expect(JSON.parse(detailed.stdout)).toMatchObject({ set: 'life', empty: false, counts: { create: 4 } });
    expect(writesOf(world)).toEqual([]);

    const unasked = await call('apply', file);
    expect(unasked.code).toBe(exitCodes.notAllowed);
    expect(unasked.stderr).toMatch(/Set life: 4 to create/);
    expect(unasked.stderr).toContain('Say --yes to approve it');
    expect(writesOf(world)).toEqual([]);

    const applied = await call('apply', file, '--yes', '-o', 'json');
    expect(applied.code).toBe(exitCodes.ok);
    expect(actionsOf((JSON.parse(applied.stdout) as { result: ProvisionResult }).result)).toEqual(allOf('created'));
    expect(applied.stdout + applied.stderr).not.toContain(password);
    expect(await countsOf(world, 'life')).toEqual([1, 1, 1, 1]);

    world.emulator.clearRequests();
    const again = await call('plan', file, '--detailed-exitcode');
    expect(again.code).toBe(exitCodes.ok);
    expect(again.stdout).toContain('Nothing is to be changed.');
    // Nobody is asked, as there is nothing to agree to.
    const nothing = await call('apply', file);
    expect(nothing.code).toBe(exitCodes.ok);
    expect(nothing.stdout).toMatch(/✓ Set life: 4 unchanged/);
    expect(writesOf(world)).toEqual([]);

    const destroyPlan = await call('plan', file, '--destroy', '--detailed-exitcode');
    expect(destroyPlan.code).toBe(changes);
    expect(destroyPlan.stdout).toMatch(/^- delete {2}bulkSyncs\.lake "life lake"/m);
    expect((await call('destroy', file)).code).toBe(exitCodes.notAllowed);
    expect(writesOf(world)).toEqual([]);
    const destroyed = await call('destroy', file, '--yes', '-o', 'jsonl');
    expect(destroyed.code).toBe(exitCodes.ok);
    expect(actionsOf((JSON.parse(destroyed.stdout) as { result: ProvisionResult }).result)).toEqual(allOf('deleted'));
    expect(await countsOf(world, 'life')).toEqual([0, 0, 0, 0]);
  });

  it('does the plan of a hash without asking, and nothing else than that', async () => {
    const spec = specOf('hash');
    const file = fileOf('hash', spec);
    const { hash } = JSON.parse((await call('plan', file, '-o', 'json')).stdout) as ProvisionPlan;
    expect((await call('apply', file, '--plan-hash', hash, '-o', 'none')).code).toBe(exitCodes.ok);
    const late = await call('apply', file, '--plan-hash', hash, '-o', 'json');
    expect(late.code).toBe(exitCodes.failed);
    expect(JSON.parse(late.stdout)).toMatchObject({ failure: { type: 'polytomic.PlanChanged' } });

    const destroyPlan = JSON.parse((await call('plan', file, '--destroy', '-o', 'json')).stdout) as ProvisionPlan;
    const more = fileOf('hash-more', { ...spec, connections: { ...(spec.connections as object) }, modelSyncs: {} });
    const other = await call('destroy', more, '--plan-hash', destroyPlan.hash, '-o', 'json');
    expect(JSON.parse(other.stdout)).toMatchObject({ failure: { type: 'polytomic.PlanChanged' } });
    expect(await countsOf(world, 'hash')).toEqual([1, 1, 1, 1]);
    expect((await call('destroy', file, '--plan-hash', destroyPlan.hash)).code).toBe(exitCodes.ok);
    expect(await countsOf(world, 'hash')).toEqual([0, 0, 0, 0]);
  });

  it('merges files, fills variables in, and names everything wrong by file and line', async () => {
    const { connections, name, ...rest } = specOf('merged') as { connections: { warehouse: object }; name: string };
    const first = fileOf('first', {
      name,
      connections: { warehouse: { ...connections.warehouse, name: { $var: 'title' } } },
    });
    const second = fileOf('second', rest);
    const variables = fileOf('variables', { title: 'overwritten' });
    const args = ['plan', first, second, '--var-file', variables, '--var', 'title=merged 1.10', '-o', 'json'];
    const planned = await call(...args);
    expect((JSON.parse(planned.stdout) as ProvisionPlan).changes.map((change) => change.name)).toContain('merged 1.10');

    const unknown = await call('plan', first, second);
    expect(unknown.code).toBe(exitCodes.usage);
    expect(unknown.stderr).toMatch(/no variable "title" is given \(\S+first\.yaml:4\)/);
    const broken = fileOf('broken', 'connections:\n  a: [\n');
    const unreadable = await call('plan', broken, '--address', '127.0.0.1:1');
    expect(unreadable.code).toBe(exitCodes.usage);
    expect(unreadable.stderr).toMatch(/broken\.yaml:3: spec: is neither YAML nor JSON/);
    const twice = await call('plan', second, second);
    expect(twice.stderr).toMatch(/models\.users: stands in \S+second\.yaml:2 too/);
  });

  it('refuses what is blocked before anything is written, in both commands alike', async () => {
    const taken = world.emulator.addConnection({ name: 'blocked warehouse', type: 'postgresql' });
    const file = fileOf('blocked', specOf('blocked'));
    world.emulator.clearRequests();
    const planned = await call('plan', file);
    expect(planned.code).toBe(exitCodes.failed);
    expect(planned.stdout).toMatch(new RegExp(`^! blocked connections\\.warehouse .*${String(taken.id)}`, 'm'));
    expect((await call('plan', file, '--detailed-exitcode')).code).toBe(exitCodes.failed);
    const applied = await call('apply', file);
    expect([applied.code, applied.stderr]).toEqual([exitCodes.failed, expect.stringContaining('nothing was changed')]);
    expect((await call('apply', file, '--yes', '-o', 'none')).code).toBe(exitCodes.failed);
    expect(writesOf(world)).toEqual([]);
    expect((await call('plan', file, '--adopt', 'byName', '--detailed-exitcode')).code).toBe(changes);
  });

  it('says of a failed apply what failed and what was undone', async () => {
    const isOurs = ({ body }: { body?: unknown }): boolean =>
      (body as { name?: string } | undefined)?.name === 'undone lake';
    world.emulator.fault({ method: 'POST', path: '/api/bulk/syncs', when: isOurs, status: 422, times: 100 });
    const failed = await call('apply', fileOf('undone', specOf('undone')), '--yes', '-o', 'json');
    expect(failed.code).toBe(exitCodes.failed);
    const { result } = JSON.parse(failed.stdout) as { result: ProvisioningFailure };
    expect(result.failed).toMatchObject([{ address: 'bulkSyncs.lake' }]);
    expect(result.undone.map(({ address }) => address)).toContain('connections.warehouse');
    expect(await countsOf(world, 'undone')).toEqual([0, 0, 0, 0]);
  });

  it('leaves an apply running at Ctrl-C, shows where it stands, and comes back to it', async () => {
    const spec = specOf('slow');
    const fault = world.emulator.fault({ method: 'POST', path: '/api/connections', status: 429, times: 1_000 });
    const cli = startCli({ args: ['apply', fileOf('slow', spec), '--yes'], env: env() });
    const [, workflowId = ''] = await cli.untilSaid(/workflow (provisionPolytomic-apply-slow-\S+) started/);
    await cli.untilSaid(/apply slow: applying: 0 of 4 objects, 1 in work/);
    cli.child.kill('SIGINT');
    expect(await cli.ended).toBe(exitCodes.interrupted);
    expect(cli.stderr()).toContain(`To come back: temporal-polytomic await ${workflowId}`);
    const status = await call('status', '-o', 'json');
    expect(JSON.parse(status.stdout)).toContainEqual(
      expect.objectContaining({ workflowId, title: 'apply slow', state: expect.stringMatching(/^applying/) }),
    );
    const shown = await call('show', workflowId);
    expect(shown.stdout).toMatch(/apply slow {2}\d+s {2}applying/);
    const second = await call('destroy', fileOf('slow-destroy', spec), '--yes', '-o', 'json');
    expect(second.code).toBe(exitCodes.failed);
    expect(JSON.parse(second.stdout)).toMatchObject({ failure: { type: 'polytomic.SetBusy' } });
    expect((await call('cancel', workflowId)).code).toBe(exitCodes.ok);
    fault.remove();
    expect(await countsOf(world, 'slow')).toEqual([0, 0, 0, 0]);
  });
});

describe('temporal-polytomic drift and export', () => {
  it('tells a change from outside, with its own exit code where that is asked for', async () => {
    const spec = specOf('drift') as { bulkSyncs: { lake: Record<string, unknown> } };
    spec.bulkSyncs.lake.normalize_names = 'enabled';
    const file = fileOf('drift', spec);
    const applied = JSON.parse((await call('apply', file, '--yes', '-o', 'json')).stdout) as {
      result: ProvisionResult;
    };
    expect((await call('drift', file, '--detailed-exitcode')).code).toBe(exitCodes.ok);
    const lake = applied.result.resources['bulkSyncs.lake']?.id ?? '';
    world.emulator.updateSync(lake, { normalize_names: 'disabled' });
    const drifted = await call('drift', file);
    expect(drifted.code).toBe(exitCodes.ok);
    expect(drifted.stdout).toMatch(/changed {3}bulkSyncs\.lake .*\n {4}normalize_names: "disabled" → "enabled"/);
    const detailed = await call('drift', file, '--detailed-exitcode', '-o', 'json');
    expect(detailed.code).toBe(changes);
    expect((JSON.parse(detailed.stdout) as DriftResult).resources).toMatchObject([{ id: lake, state: 'changed' }]);
    expect((await call('destroy', file, '--yes')).code).toBe(exitCodes.ok);
  });

  it('exports a spec whose plan is empty, to standard output and to a file', async () => {
    const file = fileOf('kept', specOf('kept'));
    expect((await call('apply', file, '--yes')).code).toBe(exitCodes.ok);
    // What a set claims is blocked in another one; these are nobody's.
    await world.client.workflow.getHandle(setWorkflowId('default', 'kept')).terminate();
    const out = join(folder, 'exported.yaml');
    const only = ['--name', 'kept *', '--set', 'exported'];
    const written = await call('export', ...only, '--file', out);
    expect([written.code, written.stdout]).toEqual([exitCodes.ok, '']);
    const { stdout, stderr } = await call('export', ...only);
    expect(readFileSync(out, 'utf8')).toBe(stdout);
    expect(stderr).toMatch(/connections\.\S+: configuration\.password is a secret; give it to the worker as \S+/);
    expect(stdout).not.toContain(password);
    const secrets = new Set([...stdout.matchAll(/\$env: (\w+)/g)].map(([, name = '']) => name));
    expect(secrets.size).toBe(1);
    const planned = await call('plan', out, '--detailed-exitcode', '-o', 'json');
    const plan = JSON.parse(planned.stdout) as ProvisionPlan;
    expect(plan.changes.map(({ action }) => action)).toEqual(['unchanged', 'unchanged', 'unchanged', 'unchanged']);
    expect(planned.code).toBe(exitCodes.ok);
    const asJson = await call('export', ...only, '-o', 'json', '--kind', 'models');
    expect(Object.keys(JSON.parse(asJson.stdout) as object)).toEqual(['name', 'models']);
    expect(parse(stdout)).toMatchObject({ name: 'exported', models: { keptUsers: { name: 'kept users' } } });
  });
});

describe('every error of plan and drift with --detailed-exitcode is 1, as 2 means changes', () => {
  const file = fileOf('codes', specOf('codes'));
  it.each([
    ['a wrong command line', ['plan', file, '--detailed-exitcode', '--nope']],
    ['a file that is not there', ['plan', 'nowhere.yaml', '--detailed-exitcode']],
    ['no Temporal', ['drift', file, '--detailed-exitcode', '--address', '127.0.0.1:1']],
    ['no worker', ['drift', file, '--detailed-exitcode', '-t', 'nobody-polls']],
    ['a wrong input', ['plan', file, '--detailed-exitcode', '--destroy', '--prune']],
  ])(
    '%s',
    async (_what, args) => {
      expect((await call(...args)).code).toBe(exitCodes.failed);
    },
    120_000,
  );
});
