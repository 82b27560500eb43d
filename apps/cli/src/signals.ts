import { closeOnSignals, UndoList } from '#kernel';
import { EXIT } from './exit-codes.js';

/** An undo list that the signals of this process close, once and in order. */
export const undoOnSignals = (): UndoList => {
  const undo = new UndoList();
  closeOnSignals(
    undo,
    {
      on: (signal, handler) => void process.on(signal, handler),
      after: (milliseconds, then) => void setTimeout(then, milliseconds).unref(),
      exit: (code) => process.exit(code),
      report: (line) => void process.stderr.write(`${line}\n`),
    },
    (signal) => (signal === 'SIGINT' ? EXIT.interrupted : EXIT.done),
  );
  return undo;
};
