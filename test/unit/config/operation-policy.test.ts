/** What the owner of a worker allows. */
import { describe, expect, it } from '@jest/globals';
import { createPolicy } from '../../../src/settings/operation-policy';

describe('createPolicy', () => {
  it('allows by default what running and creating syncs takes, and no other change', () => {
    const allows = createPolicy();
    const needed = [
      'list',
      'get',
      'create',
      'activate',
      'start',
      'executions.get',
      'executions.list',
      'executions.cancel',
    ];
    for (const kind of ['modelSync', 'bulkSync']) {
      expect(needed.filter((operation) => !allows(`${kind}.${operation}`))).toEqual([]);
      expect(allows(`${kind}.update`)).toBe(false);
      expect(allows(`${kind}.remove`)).toBe(false);
    }
    expect(allows('identity.get')).toBe(true);
  });

  it.each([
    ['read', ['bulkSync.get']],
    ['run', ['bulkSync.get', 'bulkSync.start', 'modelSync.executions.cancel', 'modelSync.activate']],
    ['create', ['bulkSync.create']],
    [
      'runs',
      ['bulkSync.get', 'bulkSync.start', 'modelSync.executions.cancel', 'modelSync.activate', 'bulkSync.create'],
    ],
    [
      'provisioning',
      [
        ...['bulkSync.get', 'bulkSync.start', 'modelSync.executions.cancel', 'modelSync.activate', 'bulkSync.create'],
        ...['connections.delete', 'models.create', 'bulkSync.schedules.update'],
      ],
    ],
  ])('allows with %s exactly what the group holds', (group, allowed) => {
    const asked = [
      ...['bulkSync.get', 'bulkSync.start', 'modelSync.executions.cancel', 'modelSync.activate', 'bulkSync.create'],
      ...['connections.delete', 'models.create', 'bulkSync.schedules.update'],
      // Whoever may call these ends runs of others, or hands out access.
      ...['modelSync.cancel', 'bulkSync.cancel', 'bulkSync.schemas.cancel', 'users.create', 'models.sample'],
    ];
    expect(asked.filter(createPolicy(group))).toEqual(allowed);
    expect(asked.filter(createPolicy('all'))).toEqual(asked);
  });

  it('knows the name that the default had before', () => {
    const names = ['bulkSync.get', 'bulkSync.start', 'bulkSync.create', 'bulkSync.cancel', 'connections.create'];
    expect(names.filter(createPolicy('runs'))).toEqual(names.filter(createPolicy()));
  });

  it('allows single operations and whole resources, nothing else', () => {
    const allows = createPolicy(['modelSync.start', 'bulkSync.executions.*']);
    expect(allows('modelSync.start')).toBe(true);
    expect(allows('bulkSync.executions.get')).toBe(true);
    expect(allows('modelSync.get')).toBe(false);
    expect(allows('bulkSync.get')).toBe(false);
  });

  it('reads a text of several entries', () => {
    const allows = createPolicy(' runs , modelSync.update ');
    expect(allows('modelSync.update')).toBe(true);
    expect(allows('modelSync.get')).toBe(true);
    expect(allows('bulkSync.update')).toBe(false);
  });

  it('does not allow operations that nobody knows', () => {
    expect(createPolicy('all')('toString')).toBe(false);
    expect(createPolicy('all')('modelSync.nosuch')).toBe(false);
  });

  it.each(['everything', 'modelSync', 'modelSync.strat', 'nosuch.*', '*', '', []])('refuses %j', (setting) => {
    expect(() => createPolicy(setting)).toThrow(
      /expected read, run, create, provisioning, all, or names such as modelSync\.start/,
    );
  });
});

describe('the escape hatch', () => {
  it('is allowed by the group all, and by nothing else', () => {
    expect(createPolicy('all')('request')).toBe(true);
    expect(createPolicy(['modelSync.start', 'all'])('request')).toBe(true);
    for (const setting of ['runs', 'provisioning', 'modelSync.*']) expect(createPolicy(setting)('request')).toBe(false);
    expect(() => createPolicy(['runs', 'request'])).toThrow(/got "request"/);
  });
});
