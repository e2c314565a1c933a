import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const services = ['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'];
const packages = [
  'events',
  'kit',
  'gateway',
  'storefront',
  'stack',
  'audit',
  'chaos',
  'tests',
  'bench',
  ...services,
];

/**
 * The direction of imports. `files` may import the packages of the workspace that are `allowed`, and no others.
 * Every package is closed to all others unless a line here opens it.
 */
const mayImport = (files, allowed, { why, alsoForbidden = [] }) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^@frontrow/(${packages.filter((name) => !allowed.includes(name)).join('|')})(/|$)`,
            message: why,
          },
          {
            regex: '^(\\.\\./)+(events|kit|gateway|storefront|stack|audit|chaos|tests|bench|subgraphs)/',
            message: 'Import a package by its name.',
          },
          { regex: '^(nats$|@nats-io/)', message: 'The broker’s client is behind @frontrow/kit/nats.' },
          ...alsoForbidden,
        ],
      },
    ],
  },
});

const importDirections = [
  mayImport(['kit/src/**'], ['kit'], { why: 'kit knows nobody.' }),
  mayImport(['events/src/**'], ['kit', 'events'], { why: 'events knows no service.' }),
  ...services.map((name) =>
    mayImport([`subgraphs/${name}/src/**`], ['kit', 'events', name], {
      why: 'A subgraph imports events and kit, never another subgraph.',
    }),
  ),
  ...services.map((name) =>
    mayImport([`subgraphs/${name}/src/domain/**`], ['kit', 'events'], {
      why: 'The domain imports nothing but itself and event contracts.',
      alsoForbidden: [
        {
          regex:
            '^(?!\\./|@frontrow/events/(contract$|contracts/|decision$|purchase$)|@frontrow/kit/(refusal|unreachable)$)',
          message:
            'The domain is pure: it imports itself, event contracts, decisions, the table of a purchase, refusals and unreachable.',
        },
      ],
    }),
  ),
  mayImport(['gateway/src/**'], ['kit', 'gateway'], {
    why: 'The gateway imports no subgraph: it reads their schema.graphql when composing.',
  }),
  ...[
    ['gateway/src/federated-subscriptions/*.ts', '^\\.\\./'],
    ['gateway/src/federated-subscriptions/testing/**', '^\\.\\./\\.\\./'],
  ].map(([files, outside]) =>
    mayImport([files], [], {
      why: 'Federated subscriptions can be lifted out: they know nothing of Frontrow.',
      alsoForbidden: [{ regex: outside, message: 'They import nothing of the gateway either.' }],
    }),
  ),
  mayImport(['storefront/src/**'], [], {
    why: 'The storefront knows the contract and nothing of who serves it.',
  }),
  mayImport(['stack/src/**'], ['kit', 'stack'], {
    why: 'The stack starts services, it does not import them.',
  }),
  mayImport(['audit/src/**'], ['kit', 'events', 'stack', 'audit'], {
    why: 'The audit reads what services stored, and imports none of them.',
  }),
  mayImport(['chaos/src/**'], ['kit', 'stack', 'audit', 'chaos'], {
    why: 'Chaos breaks processes from outside.',
  }),
  mayImport(['tests/src/**'], ['kit', 'events', 'stack', 'audit', 'chaos', 'tests'], {
    why: 'Stories go through the gateway.',
  }),
  mayImport(['bench/src/**'], ['kit', 'events', 'stack', 'audit', 'tests', 'bench'], {
    why: 'What is measured is measured from outside.',
  }),
  {
    // It runs all services in one process, from their sources; nothing imports it.
    files: ['tests/simulation/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '/(gateway|audit|chaos)/' }] }] },
  },
  // Tests may start servers of their own.
  mayImport(
    ['kit/src/**/*.spec.ts', 'events/src/**/*.spec.ts', 'events/src/testing/**'],
    ['kit', 'events', 'stack'],
    {
      why: 'kit and events know no service.',
    },
  ),
  mayImport(['subgraphs/deliveries/src/testing/**'], ['kit', 'events', 'stack', 'deliveries'], {
    why: 'A test of deliveries talks to the receivers of the stack, and knows no other service.',
  }),
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/*.generated.ts', '.frontrow/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // An environment variable or JSON field reads best as what it is: process.env['CI'].
      '@typescript-eslint/dot-notation': 'off',
      // A cast says what the compiler cannot see; a bang would only silence it.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      // The rule considers every `new EntitySchema({ … })` unsafe.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A generic that is used once can still explain a function.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // An empty string, in an environment variable say, means that nothing was given.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // Express and Node accept `Promise<void>` callbacks.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/testing.ts', '**/testing/**'],
    rules: {
      // Answers of GraphQL operations have the shape that the test asked for; a wrong guess fails the test.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['storefront/src/**'], ...reactHooks.configs.flat.recommended },
  {
    files: ['**/*.mjs', '*.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    // Changes by operators must go into their log: `asOperator` returns what an operation needs, and `act` records it.
    files: ['subgraphs/*/src/resolvers/Mutation.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportSpecifier[imported.name='requireOperator']",
          message: 'Use asOperator of @frontrow/events/operator-action: what operators do is recorded.',
        },
      ],
    },
  },
  ...importDirections,
  // The only file that imports the client of the broker.
  { files: ['kit/src/nats.ts'], rules: { 'no-restricted-imports': 'off' } },
  prettier,
);
