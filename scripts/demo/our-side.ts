/** Our worker as a process of its own, and the workflows that the demo starts on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { RunProgress } from '../../src/contracts/progress';
import type { SyncRunResult } from '../../src/contracts/run-result';
import type { Narrator } from './narrator';

const taskQueue = 'polytomic';
const workerFile = join(__dirname, '../../src/worker.ts');
const readyLine = /polling/i;
const askEveryMs = 400;

/** What the demo needs of our side. */
export class OurSide {
  lost = 0;
  #child: ChildProcess | undefined;

  constructor(
    readonly client: Client,
    readonly env: NodeJS.ProcessEnv,
    readonly narrator: Narrator,
  ) {}

  /** Resolves when the worker is polling. */
  async startWorker(): Promise<void> {
    const child = spawn(process.execPath, ['--import', 'tsx', workerFile], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    for await (const line of createInterface({ input: child.stdout })) if (readyLine.test(line)) break;
    child.stdout.resume();
  }

  killWorker(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Ends the worker gracefully. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** Runs one sync as a workflow and tells its story. */
  async run(name: string, syncId: string): Promise<void> {
    const handle = await this.client.workflow.start('runModelSync', {
      args: [{ syncId }],
      taskQueue,
      workflowId: `demo-${name}`,
    });
    const ended = handle.result().then(
      (result: SyncRunResult) =>
        this.#tell(`${name}: ${result.outcome}, proved by a read of ${short(result.executionId)}`),
      (error: Error) => this.#noteLoss(`${name}: ${error.message}`),
    );
    await Promise.all([ended, this.#tellStart(name, handle, ended)]);
  }

  /** Asks now and then; while the worker is dead nobody answers, and the workflow does not mind. */
  async #tellStart(name: string, handle: WorkflowHandle, ended: Promise<void>): Promise<void> {
    let over = false;
    void ended.then(() => (over = true));
    while (!over) {
      const progress = await this.#progressOf(handle);
      if (progress?.phase === 'running')
        return this.#tell(`${name}: started, execution ${short(progress.executionId)}`);
      await sleep(askEveryMs);
    }
  }

  #progressOf(handle: WorkflowHandle): Promise<RunProgress | undefined> {
    const ask = (): Promise<RunProgress> => handle.query<RunProgress>('progress');
    return this.client.withDeadline(Date.now() + 2_000, ask).catch(() => undefined);
  }

  #noteLoss(text: string): void {
    this.lost += 1;
    this.#tell(text);
  }

  #tell(text: string): void {
    this.narrator.tell('ours', text);
  }
}

function short(id: string | null | undefined): string {
  return id?.slice(0, 8) ?? 'none';
}
