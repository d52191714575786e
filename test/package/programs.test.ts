/** The package's programs, as the build leaves them. */
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from '@jest/globals';
import { bin } from '../../package.json';

it.each(Object.entries(bin))('%s can be executed after every build', (_name, path) => {
  expect(() => accessSync(resolve(path), constants.X_OK)).not.toThrow();
});
