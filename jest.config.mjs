// Packages that ship ES modules only and are imported by a test: swc turns them into CommonJS, as it does with the sources.
const esmOnly = [
  '@nestjs/',
  'file-type',
  'strtok3',
  'token-types',
  'uint8array-extras',
  '@tokenizer',
  '@borewit',
  'jose',
  'cookie',
  'content-disposition',
  'oidc-provider',
  'rdf-validate-shacl',
  'rdf-validate-datatype',
  '@rdfjs/',
  '@tpluscode/',
  '@vocabulary/',
  '@zazuko/',
  'clownface',
];

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test', '<rootDir>/migrations'],
  testRegex: String.raw`\.spec\.ts$`,
  testPathIgnorePatterns: ['/node_modules/', String.raw`\.stress\.spec\.ts$`],
  maxWorkers: 2,
  // The last resort: a machine that is busy may take its time, and every wait of a test says what for.
  testTimeout: 240_000,
  moduleNameMapper: {
    '^#(kernel|event-store|ledger|read-models|transparency|embedded-postgres|simulation)$':
      '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.(t|m?j)s$': [
      '@swc/jest',
      {
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/?)`],
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  reporters: ['default', '<rootDir>/test/requirements/reporter.mjs'],
};
