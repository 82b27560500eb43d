import { idsIn, idsOf, readOpen, readProgrammes } from './requirements.mjs';

/** Ids without a test that passed. A test that was skipped, or whose data are not there, proves nothing. */
export const unproven = (ids, { testResults }) => {
  const proven = new Set(
    testResults
      .flatMap((file) => file.testResults)
      .filter(({ status }) => status === 'passed')
      .flatMap(({ title }) => idsOf(title)),
  );
  return ids.filter((id) => !proven.has(id));
};

/** A run that was asked for some of the tests is judged by those alone. */
export const isWhole = (config) =>
  config.testPathPatterns.patterns.length === 0 &&
  !config.testNamePattern &&
  !config.onlyChanged &&
  !config.onlyFailures &&
  !config.findRelatedTests &&
  !config.runTestsByPath &&
  !config.shard &&
  !config.watch &&
  !config.watchAll;

/** Fails a whole run that leaves a requirement unproven. */
export default class RequirementsReporter {
  constructor(config) {
    this.config = config;
  }

  onRunComplete(_contexts, results) {
    if (!isWhole(this.config)) return;
    const root = this.config.rootDir;
    const open = new Set(readOpen(root));
    const ids = idsIn(readProgrammes(root)).filter((id) => !open.has(id));
    const missing = unproven(ids, results);
    const lack = missing.length > 0 ? `; none for ${missing.join(', ')}` : '';
    const said = `Requirements: ${ids.length - missing.length} of ${ids.length} have a test that passed${lack}`;
    process.stderr.write(`\n${said}\n`);
    if (missing.length > 0) this.error = new Error(said);
  }

  getLastError() {
    return this.error;
  }
}
