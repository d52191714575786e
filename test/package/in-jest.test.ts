/** The packed package in a user's own Jest, which transforms nothing in node_modules and knows no ES modules. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startNode } from '../server/support/node-process';
import { installPacked, repository } from '../server/support/packed-package';

/** Loads every entry point, and makes a call through node-fetch and one through each of the proxy agents. */
const usersTest = `
const { createServer } = require('node:http');
const { createClient } = require('temporal-polytomic');
const { startEmulator } = require('temporal-polytomic/testing');
const { runBulkSync } = require('temporal-polytomic/workflow');
const workflows = require('temporal-polytomic/workflows');

test('workflow code loads', () => {
  expect(typeof runBulkSync).toBe('function');
  expect(Object.keys(workflows)).toContain('runAllBulkSyncs');
});

test('a call reaches the emulator', async () => {
  const emulator = await startEmulator();
  const { id } = emulator.addBulkSync({ name: 'Lake' });
  const client = createClient({ apiKey: emulator.apiKey, url: emulator.url });
  expect(await client.bulkSync.get({ id })).toMatchObject({ name: 'Lake' });
  await emulator.close();
});

test('calls go through a proxy', async () => {
  const asked = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url);
    response.end('{"data":[]}');
  });
  proxy.on('connect', ({ url }, socket) => {
    asked.push(url);
    socket.end('HTTP/1.1 502 Bad Gateway\\r\\n\\r\\n');
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  process.env.HTTP_PROXY = process.env.HTTPS_PROXY = 'http://127.0.0.1:' + proxy.address().port;
  const plain = createClient({ apiKey: 'test-key-1234', url: 'http://polytomic.invalid', allowHttp: true });
  expect(await plain.connections.list({})).toEqual({ items: [] });
  const secure = createClient({ apiKey: 'test-key-1234', url: 'https://polytomic.invalid' });
  await expect(secure.connections.list({})).rejects.toMatchObject({ code: 'Unavailable' });
  expect(asked).toEqual(['http://polytomic.invalid/api/connections', 'polytomic.invalid:443']);
  proxy.close();
  proxy.closeAllConnections();
});
`;

let userFolder: string;

beforeAll(async () => {
  userFolder = await realpath(await mkdtemp(join(tmpdir(), 'polytomic-in-jest-')));
  await installPacked(userFolder);
});
afterAll(async () => rm(userFolder, { recursive: true, force: true }));

it("loads and calls in a plain Jest, with no setting of the user's", async () => {
  await writeFile(join(userFolder, 'package.json'), '{}');
  await writeFile(join(userFolder, 'sync.test.js'), usersTest);
  const jest = join(repository, 'node_modules/jest/bin/jest.js');
  const end = await startNode({ args: [jest, '--forceExit'], cwd: userFolder }).ended;
  expect(end.stderr).toContain('Tests:       3 passed');
  expect(end.code).toBe(0);
});
