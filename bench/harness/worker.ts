import 'reflect-metadata';
import { closeOnSignals, UndoList } from '#kernel';
import { startWorker } from '../../apps/worker/src/start-worker.js';

/** The worker in a process of its own, over the ledger that is measured. Its parent holds the other end of its channel. */
const [connectionString = '', owner = ''] = process.argv.slice(2);
const undo = new UndoList();
const report = (line: string): void => void process.stderr.write(`${line}\n`);
process.on('disconnect', () => void undo.close(report).then((errors) => process.exit(errors.length > 0 ? 1 : 0)));
closeOnSignals(undo, {
  on: (signal, handler) => process.on(signal, handler),
  after: (milliseconds, then) => setTimeout(then, milliseconds).unref(),
  exit: (code) => process.exit(code),
  report,
});
const worker = await startWorker({ connectionString, owner });
undo.push('the projections', () => worker.stop());
process.send?.('ready');
