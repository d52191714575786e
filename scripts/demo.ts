/**
 * `npm run demo`: the loop that people write today beside our workflows, on one emulator of Polytomic, under the same
 * faults. `--keep` leaves the Temporal server and the worker up to look around.
 */
import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { startDevServer } from '../src/dev-server/start-dev-server';
import { startEmulator, type Emulator } from '../src/testing';
import { NaiveSide } from './demo/naive-side';
import { Narrator, printTable, type Score } from './demo/narrator';
import { OurSide } from './demo/our-side';
import { loseAnswers, playTroubles } from './demo/troubles';

/** Names and how long their runs take. */
const jobs = { orders: 3_000, customers: 4_000, invoices: 8_000, tickets: 13_000 };

type Syncs = Record<string, string>;

async function main(): Promise<void> {
  const server = await startDevServer();
  const emulator = await startEmulator();
  const narrator = new Narrator();
  const connection = await Connection.connect({ address: server.address });
  const ours = addSyncs(emulator, 'ours');
  const theirs = addSyncs(emulator, 'naive');
  const ourSide = new OurSide(new Client({ connection }), workerEnvironment(server.address, emulator), narrator);
  const pairs = Object.entries(theirs).map(([name, id]) => `${name}=${id}`);
  const naiveSide = new NaiveSide([emulator.url, emulator.apiKey, ...pairs], narrator);
  try {
    await ourSide.startWorker();
    emulator.clearRequests();
    narrator.tell('world', `Temporal Web UI: ${server.uiUrl ?? 'none'}`);
    narrator.tell('world', 'both sides run four syncs; answers to the starts of two get lost');
    loseAnswers(emulator, { reset: [ours.orders!, theirs.orders!], gateway: [ours.customers!, theirs.customers!] });
    const killBoth = async (): Promise<void> => {
      naiveSide.kill();
      ourSide.killWorker();
      await ourSide.startWorker();
      narrator.tell('ours', 'another worker is up; the waits go on in it');
    };
    await Promise.all([
      ...Object.entries(ours).map(([name, id]) => ourSide.run(name, id)),
      naiveSide.run(),
      playTroubles(emulator, { narrator, killBoth }),
    ]);
    printTable([score(emulator, 'naive loop', theirs, naiveSide.lost), score(emulator, 'ours', ours, ourSide.lost)]);
    if (process.argv.includes('--keep')) await keep(server.uiUrl);
  } finally {
    await ourSide.stop();
    await connection.close();
    await Promise.all([emulator.close(), server.stop()]);
  }
}

function addSyncs(emulator: Emulator, side: string): Syncs {
  const added = Object.entries(jobs).map(([name, durationMs]) => {
    return [name, emulator.addModelSync({ name: `${name} (${side})`, durationMs }).id];
  });
  return Object.fromEntries(added) as Syncs;
}

/** A short heartbeat timeout, so that the story fits into half a minute; by default a kill costs up to 75 s. */
function workerEnvironment(address: string, emulator: Emulator): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    TEMPORAL_ADDRESS: address,
    POLYTOMIC_URL: emulator.url,
    POLYTOMIC_API_KEY: emulator.apiKey,
    POLYTOMIC_HEARTBEAT_TIMEOUT: '4s',
  };
}

function score(emulator: Emulator, side: Score['side'], syncs: Syncs, lost: number): Score {
  const ids = Object.values(syncs);
  return {
    side,
    lost,
    wanted: ids.length,
    started: emulator.executions().filter(({ syncId }) => ids.includes(syncId)).length,
    requests: emulator.requests().filter(({ path }) => ids.some((id) => path.includes(id))).length,
  };
}

async function keep(uiUrl: string | undefined): Promise<void> {
  console.log(`\nStill up: ${uiUrl ?? 'the server'}. Ctrl-C ends it.`);
  await once(process, 'SIGINT');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
