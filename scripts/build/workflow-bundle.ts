/** Bundles the built workflows, so that the ready worker need not do it at each start. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { bundleFile, bundleInfoFile, sdkVersion, type BundleInfo } from '../../src/hosting/workflow-bundle';

const marker = '//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

interface SourceMap {
  sources: string[];
  sourcesContent?: string[];
}

/** The SDK needs the map for its stack traces; what it says of this machine, and the sources themselves, it does not need. */
function withLeanMap(code: string): string {
  const start = code.lastIndexOf(marker);
  if (start < 0) throw new Error('The bundler left no source map');
  const text = Buffer.from(code.slice(start + marker.length).trim(), 'base64').toString();
  const { sourcesContent: _dropped, ...map } = JSON.parse(text) as SourceMap;
  // Some are absolute, and some name an absolute path in their middle.
  const sources = map.sources.map((source) => source.replaceAll(resolve('.') + sep, ''));
  return code.slice(0, start) + marker + Buffer.from(JSON.stringify({ ...map, sources })).toString('base64');
}

async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: resolve('lib/workflows/index.js'),
    logger: new DefaultLogger('ERROR'),
  });
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const info: BundleInfo = { sdk: sdkVersion(), build: version };
  writeFileSync(join('lib', bundleFile), withLeanMap(code));
  writeFileSync(join('lib', bundleInfoFile), `${JSON.stringify(info)}\n`);
}

void main();
