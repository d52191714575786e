import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

/** Who may import whom: each room lists the rooms (besides itself) that it may load. ARCHITECTURE.md explains why. */
const rooms = {
  contracts: [],
  rules: ['contracts'],
  // Which texts look like secrets is known by the client alone, which masks them too. Both say alike what is wrong with a value.
  inputs: ['contracts', 'rules', 'polytomic/looks-like-secret.ts', 'polytomic/describe-issue.ts'],
  polytomic: [],
  'dev-server': [],
  testing: [],
  executions: ['polytomic', 'contracts', 'rules'],
  files: ['rules'],
  provisioning: ['files', 'polytomic', 'secrets', 'contracts', 'rules'],
  secrets: ['polytomic', 'inputs', 'contracts', 'rules'],
  settings: ['activities/dependencies.ts', 'secrets', 'inputs', 'polytomic', 'contracts', 'rules'],
  activities: ['executions', 'provisioning', 'files', 'polytomic', 'secrets', 'inputs', 'contracts', 'rules'],
  workflows: ['contracts', 'rules', 'activities/operations.ts', 'activities/long-jobs/signatures.ts'],
  // Its commands judge results by the same rules as the workflows, read spec files and check inputs as the worker does, and
  // wait as long.
  cli: [
    'contracts',
    'files',
    'rules',
    'config.ts',
    'polytomic/clock.ts',
    'inputs/check-workflow-input.ts',
    'provisioning/read-spec.ts',
    'hosting/end-unless-met.ts',
  ],
};
/** What only these commands may load, lazily. */
const heavyCommands = { dev: ['dev-server', 'testing', 'worker.ts'], emulator: ['testing'], worker: ['worker.ts'] };

const zones = Object.entries(rooms).map(([room, allowed]) => ({
  target: `./src/${room}`,
  from: './src',
  except: [
    `./${room}`,
    ...allowed.map((name) => `./${name}`),
    ...(room === 'cli' ? ['./dev-server', './testing', './worker.ts'] : []),
  ],
  message: `src/${room} may load only: ${[room, ...allowed].join(', ')}.`,
}));

const lightCli = {
  target: ['./src/cli/*.ts', './src/cli/commands/!(dev|emulator|worker).ts'],
  from: ['./src/dev-server', './src/testing', './src/worker.ts'],
  message: `Only the commands ${Object.keys(heavyCommands).join(', ')} load these.`,
};

const clockMessage = 'Take a Clock (src/polytomic/clock.ts): time and chance are injected here.';
const envMessage = 'Only src/config.ts reads the environment; others get what they need passed in.';

export default tseslint.config(
  { ignores: ['lib', 'node_modules', 'coverage', 'examples/*/node_modules', '**/.venv'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
    },
  },
  {
    // Their own tsconfig.json is for users, who have the package installed; here its sources stand for it.
    files: ['examples/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: 'tsconfig.json' } },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      // Texts that others wrote are matched in linear time: a quadratic expression lets one string stop a worker.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      'import-x/no-restricted-paths': ['error', { zones: [...zones, lightCli] }],
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }],
      'max-lines': ['error', { max: 250 }],
    },
  },
  {
    files: ['src/**/*.ts'],
    // The bin hands its environment on; src/config.ts would load zod and the API's operations before `--help`.
    // What the worker needs is looked for before src/config.ts can be loaded.
    ignores: [
      'src/config.ts',
      'src/hosting/end-worker-unless-met.ts',
      'src/cli/main.ts',
      'src/cli/complete-main.ts',
      'src/dev-server/**',
      'src/polytomic/http.ts',
    ],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: envMessage }],
    },
  },
  {
    // Hours of waiting and calling are simulated in process, so both ask one injected clock.
    files: ['src/executions/**/*.ts', 'src/polytomic/**/*.ts'],
    ignores: ['src/polytomic/clock.ts', 'src/polytomic/http.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'performance'].map((name) => ({ name, message: clockMessage })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: envMessage },
        { object: 'Date', property: 'now', message: clockMessage },
        { object: 'Math', property: 'random', message: clockMessage },
      ],
      'no-restricted-imports': ['error', { paths: ['node:timers', 'node:timers/promises'] }],
    },
  },
  {
    files: ['src/workflow.ts', 'src/workflows/**/*.ts', 'src/contracts/**/*.ts', 'src/rules/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^node:|^(fs|path|http|https|crypto|os|stream|util|events)$',
              message: 'No Node built-ins in workflow code.',
            },
            {
              regex: '^zod',
              message: 'zod costs ten times the heap of a cached workflow; inputs are parsed in prepareRuns.',
            },
            {
              regex: '/(activities|inputs|executions|polytomic)/',
              allowTypeImports: true,
              message: 'Types only: values would enter the workflow bundle.',
            },
          ],
        },
      ],
    },
  },
  {
    // A message that is no valid Unicode shuts workers down, so that one file makes all of them valid.
    files: ['src/workflows/**/*.ts'],
    ignores: ['src/workflows/create-failure.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          "CallExpression[callee.object.name='ApplicationFailure']",
          'NewExpression[callee.name=/^(Application|Cancelled)Failure$/]',
        ].map((selector) => ({ selector, message: 'Use src/workflows/create-failure.ts.' })),
      ],
    },
  },
  {
    // The script of a report's page runs in a browser.
    files: ['src/cli/report/page/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['document', 'window', 'getComputedStyle', 'matchMedia', 'uPlot'].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        module: 'writable',
        require: 'readonly',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
    },
  },
);
