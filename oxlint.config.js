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
 * Every package is closed to all others unless a line here opens it. The last line that names a file holds for it.
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
    // Changes by operators must go into their log: `asOperator` returns what an operation needs, and `act` records it.
    mayImport([`subgraphs/${name}/src/resolvers/Mutation.ts`], ['kit', 'events', name], {
      why: 'A subgraph imports events and kit, never another subgraph.',
      alsoForbidden: [
        {
          regex: '.',
          importNames: ['requireOperator'],
          message: 'Use asOperator of @frontrow/events/operator-action: what operators do is recorded.',
        },
      ],
    }),
  ),
  ...services.map((name) =>
    mayImport([`subgraphs/${name}/src/domain/**`], ['kit', 'events'], {
      why: 'The domain imports nothing but itself and event contracts.',
      alsoForbidden: [
        {
          group: [
            '**',
            '!./**',
            '!@frontrow/events/{contract,contracts/*,decision,purchase}',
            '!@frontrow/kit/{refusal,unreachable}',
          ],
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

const errors = (plugin, rules) => Object.fromEntries(rules.map((rule) => [`${plugin}/${rule}`, 'error']));

/** Oxlint's own set `correctness` contains most of what we want; the lists below add the rest. */
export default {
  options: { typeAware: true, denyWarnings: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['**/dist/', '**/*.generated.ts', '.frontrow/'],
  plugins: ['eslint', 'typescript', 'import'],
  categories: { correctness: 'error' },
  rules: {
    // What else ESLint recommends.
    ...errors('eslint', [
      'no-case-declarations',
      'no-empty',
      'no-fallthrough',
      'no-prototype-builtins',
      'no-regex-spaces',
      'no-useless-assignment',
      'preserve-caught-error',
    ]),
    // Imports of types count, too: two files that need each other's types are one thing, or need a third file.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    // What is sorted here needs an order that is always the same, whichever it is.
    'typescript/require-array-sort-compare': 'off',
  },
  overrides: [
    {
      files: ['**/*.ts', '**/*.tsx'],
      rules: {
        ...errors('eslint', [
          'no-array-constructor',
          'no-empty-function',
          'no-useless-constructor',
          'no-var',
          'prefer-const',
          'prefer-rest-params',
          'prefer-spread',
        ]),
        // What else `strictTypeChecked` and `stylisticTypeChecked` of typescript-eslint contain, without four rules:
        // - dot-notation: an environment variable or JSON field reads best as what it is: process.env['CI'].
        // - non-nullable-type-assertion-style: a cast says what the compiler cannot see; a bang would only silence it.
        // - no-unsafe-class-instance-assignment considers every `new EntitySchema({ … })` unsafe.
        // - no-unnecessary-type-parameters: a generic that is used once can still explain a function.
        ...errors('typescript', [
          'adjacent-overload-signatures',
          'array-type',
          'ban-tslint-comment',
          'class-literal-property-style',
          'consistent-generic-constructors',
          'consistent-indexed-object-style',
          'consistent-type-assertions',
          'consistent-type-definitions',
          'no-confusing-non-null-assertion',
          'no-dynamic-delete',
          'no-empty-object-type',
          'no-explicit-any',
          'no-extraneous-class',
          'no-generated-empty-object-type',
          'no-inferrable-types',
          'no-invalid-void-type',
          'no-mixed-enums',
          'no-namespace',
          'no-non-null-asserted-nullish-coalescing',
          'no-non-null-assertion',
          'no-require-imports',
          'no-unnecessary-boolean-literal-compare',
          'no-unnecessary-condition',
          'no-unnecessary-template-expression',
          'no-unnecessary-type-arguments',
          'no-unnecessary-type-assertion',
          'no-unnecessary-type-constraint',
          'no-unnecessary-type-conversion',
          'no-unsafe-argument',
          'no-unsafe-assignment',
          'no-unsafe-call',
          'no-unsafe-enum-assignment',
          'no-unsafe-enum-comparison',
          'no-unsafe-function-type',
          'no-unsafe-member-access',
          'no-unsafe-return',
          'only-throw-error',
          'prefer-find',
          'prefer-for-of',
          'prefer-function-type',
          'prefer-includes',
          'prefer-literal-enum-member',
          'prefer-optional-chain',
          'prefer-promise-reject-errors',
          'prefer-reduce-type-parameter',
          'prefer-regexp-exec',
          'prefer-return-this-type',
          'prefer-string-starts-ends-with',
          'related-getter-setter-pairs',
          'require-await',
          'unified-signatures',
          'use-unknown-in-catch-callback-variable',
          // Not in these sets.
          'consistent-type-imports',
          'switch-exhaustiveness-check',
        ]),
        'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
        'typescript/restrict-plus-operands': [
          'error',
          {
            allowAny: false,
            allowBoolean: false,
            allowNullish: false,
            allowNumberAndString: false,
            allowRegExp: false,
          },
        ],
        'typescript/return-await': ['error', 'error-handling-correctness-only'],
        'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
        'typescript/restrict-template-expressions': ['error', { allowNumber: true }],
        // Apollo prefers `skipToken`, and will remove `skip` in a later major version. Until then both do the same.
        'typescript/no-deprecated': [
          'error',
          { allow: [{ from: 'package', package: '@apollo/client', name: 'skip' }] },
        ],
        // An empty string, in an environment variable say, means that nothing was given.
        'typescript/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
        // Express and Node accept `Promise<void>` callbacks.
        'typescript/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
        'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      },
    },
    {
      files: ['**/*.spec.ts', '**/testing.ts', '**/testing/**'],
      rules: {
        // Answers of GraphQL operations have the shape that the test asked for; a wrong guess fails the test.
        'typescript/no-explicit-any': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-return': 'off',
        'typescript/no-non-null-assertion': 'off',
        'typescript/unbound-method': 'off',
      },
    },
    {
      files: ['storefront/src/**'],
      plugins: ['eslint', 'typescript', 'import', 'react'],
      rules: errors('react', [
        'error-boundaries',
        'exhaustive-deps',
        'globals',
        'immutability',
        'incompatible-library',
        'preserve-manual-memoization',
        'purity',
        'refs',
        'rules-of-hooks',
        'set-state-in-effect',
        'set-state-in-render',
        'static-components',
        'unsupported-syntax',
        'use-memo',
      ]),
    },
    {
      files: ['**/*.mjs', '*.js'],
      globals: { process: 'readonly', console: 'readonly', URL: 'readonly' },
      rules: errors('eslint', ['no-undef', 'no-redeclare']),
    },
    ...importDirections,
    // The only file that imports the client of the broker.
    { files: ['kit/src/nats.ts'], rules: { 'no-restricted-imports': 'off' } },
  ],
};
