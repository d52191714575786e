/** The contract knows every field of every answer: what looks like a secret there must be marked in the rows. */
import { describe, expect, it } from '@jest/globals';
import { contract } from '../../../src/testing/http/contract';
import { typeOf } from '../../../src/testing/http/contract-types';
import { rows } from '../polytomic/support/example-inputs';

const looksSecret = /secret|passphrase|password|token$|^auth_|^configuration$|^urls?$|^(job|bodyDownload)Url$|^value$/i;

/** Harmless in spite of its name: tokens of pages, choices and options of forms, comparisons, and the logs index's own paths. */
const harmless = [
  /(^|\.)next_page_token$/,
  /(^|\.)(values|filters|overrides|conditions|envConfig|initialConfiguration)(\.|$)/,
  /^(records|errors|warnings|inserts|updates|deletes)\.url$/,
  /^oauth_prompt\.value$/,
  /^schedule_options\.configuration$/,
];
/** Options of sources, and a keyword of schemas. */
const unmarkedAt: Readonly<Record<string, readonly string[]>> = {
  'modelSync.getSource': ['configuration'],
  'models.getEnrichmentSource': ['configuration'],
  'connections.getConnectionTypeSchema': ['password'],
};

/** Marked, yet not in the newest contract: events have no type of their own, older lists held whole syncs, jobs hold anything. */
const beyondTheContract = /^target\.configuration$|^(job\.)?result\.|^event\.|^encryption_passphrase$/;

/** Paths of all fields of an answer, as marks write them. */
function pathsOf(type: string, seen: readonly string[] = []): string[] {
  const names = [...type.matchAll(/[A-Za-z]\w*/g)].map(([name]) => name).filter((name) => name in contract.types);
  return names.flatMap((name) => {
    if (seen.includes(name)) return [];
    const fields = Object.entries(contract.types[name] ?? {}).filter(([field]) => field !== 'alias');
    return fields.flatMap(([field, written]) => [
      field,
      ...pathsOf(typeOf(written), [...seen, name]).map((path) => `${field}.${path}`),
    ]);
  });
}

const answers = rows.flatMap(([name, row]): [string, string, readonly string[]][] => {
  const type = contract.operations.find(({ id }) => id === name)?.answer;
  return type === undefined ? [] : [[name, type, [...(row.secrets.answer ?? []), ...(row.secrets.mixedAnswer ?? [])]]];
});

const withinData = (type: string): string[] => pathsOf(type).map((path) => path.replace(/^data\./, ''));

describe('the answer of', () => {
  it.each(answers)('%s (%s) has nothing that looks secret and is not marked', (name, type, marks) => {
    const looking = withinData(type).filter((path) => looksSecret.test(path.split('.').at(-1) ?? ''));
    const isMarked = (path: string): boolean => marks.some((mark) => path === mark || path.startsWith(`${mark}.`));
    const unmarked = looking.filter((path) => !isMarked(path) && !harmless.some((known) => known.test(path)));
    expect(unmarked).toEqual(unmarkedAt[name] ?? []);
  });

  it.each(answers.filter(([, , marks]) => marks.length > 0))(
    '%s (%s) has every field that is marked',
    (_name, type, marks) => {
      const paths = withinData(type);
      const unknown = marks.filter((mark) => !paths.includes(mark) && !beyondTheContract.test(mark));
      expect(unknown).toEqual([]);
    },
  );
});
