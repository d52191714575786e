/** A Temporal server to measure on, and what it counted. */
import { Client, Connection } from '@temporalio/client';
import { freePorts } from '../../src/dev-server/free-ports';
import { startDevServer } from '../../src/dev-server/start-dev-server';

/** A server of the benchmark's own. */
export interface Temporal {
  address: string;
  client: Client;
  /** Heartbeats of activities that have reached the server so far: the SDK sends fewer than it is asked to. */
  heartbeats(): Promise<number>;
  stop(): Promise<void>;
}

/** A history comes in one answer, which may be larger than clients take by default. */
const channelArgs = { 'grpc.max_receive_message_length': -1 };

/** Starts it; its own metrics count what reaches it. */
export async function startTemporal(): Promise<Temporal> {
  const [metricsPort] = await freePorts([undefined]);
  const server = await startDevServer({ headless: true, extraArgs: ['--metrics-port', String(metricsPort)] });
  const { address } = server;
  const connection = await Connection.connect({ address, channelArgs });
  return {
    address,
    client: new Client({ connection }),
    heartbeats: async () => {
      const answer = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
      return sumOf(await answer.text(), 'RecordActivityTaskHeartbeat');
    },
    stop: async () => {
      await connection.close();
      await server.stop();
    },
  };
}

/** Requests of an operation that the server's door has counted, in the text format of Prometheus. */
function sumOf(metrics: string, operation: string): number {
  const counted = new RegExp(
    `^service_requests\\{.*operation="${operation}".*service_name="frontend".*\\} (\\S+)$`,
    'gm',
  );
  return [...metrics.matchAll(counted)].reduce((sum, [, count]) => sum + Number(count), 0);
}
