// One process that owns an embedded server, for the tests that kill, race or interrupt it: `node probe-process.mjs <options as JSON>`.
// Prints one JSON line a step. SIGTERM calls off the start or stops the server, whichever it is time for, and exits 0.
// SIGINT, which Ctrl-C sends to the whole group, is ignored. Needs the compiled sources.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const dist = process.env.SIJILL_TEST_DIST ?? resolve(import.meta.dirname, '../../../../dist');
const { startPostgres } = await import(pathToFileURL(`${dist}/libs/embedded-postgres/src/index.js`).href);
const tell = (step, details = {}) => process.stdout.write(`${JSON.stringify({ step, ...details })}\n`);

// A root with a group to lose, so that a test can see it lost.
if (process.getuid?.() === 0) process.setgroups([0]);

const controller = new AbortController();
let starting;
const undo = async () => {
  controller.abort();
  const server = await starting?.catch((error) => {
    if (error.code !== 'postgres.startInterrupted') throw error;
  });
  await server?.stop();
  tell('stopped', { wasReady: server !== undefined });
  process.exit(0);
};

process.once('SIGTERM', () => void undo());
process.on('SIGINT', () => tell('interrupted'));
tell('starting', { pid: process.pid });
try {
  const options = JSON.parse(process.argv[2]);
  const onProgress = (line) => tell('progress', { line });
  starting = startPostgres({ ...options, onProgress, signal: controller.signal });
  const server = await starting;
  const { adminUrl, directory, version, ownership } = server;
  tell('ready', { adminUrl, directory, version, ownership });
  setInterval(() => undefined, 60_000);
} catch (error) {
  if (!controller.signal.aborted) {
    tell('failed', { code: error.code, message: error.message });
    process.exit(1);
  }
}
