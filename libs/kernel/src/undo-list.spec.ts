import { Failure } from './failure.js';
import { closeOnSignals, type SignalHost, startWhenReachable, UndoList } from './undo-list.js';

const hostOf = () => {
  const handlers = new Map<string, () => void>();
  const codes: number[] = [];
  const host: SignalHost = {
    on: (signal, handler) => void handlers.set(signal, handler),
    after: () => {},
    exit: (code) => void codes.push(code),
    report: () => {},
  };
  return { host, codes, send: (signal: string) => handlers.get(signal)?.() };
};

describe('An undo list', () => {
  test('undoes in reverse order, once', async () => {
    const done: string[] = [];
    const undo = new UndoList();
    for (const name of ['database', 'api', 'worker']) undo.push(name, () => void done.push(name));
    await Promise.all([undo.close(), undo.close()]);
    expect(done).toEqual(['worker', 'api', 'database']);
  });

  test('goes on after a step that fails, and says so', async () => {
    const done: string[] = [];
    const undo = new UndoList();
    undo.push('database', () => void done.push('database'));
    undo.push('api', () => Promise.reject(new Error('stuck')));
    const lines: string[] = [];
    expect(await undo.close((line) => lines.push(line))).toHaveLength(1);
    expect(done).toEqual(['database']);
    expect(lines).toEqual(['stopping api failed: stuck']);
  });

  test('undoes a step pushed while it is closing', async () => {
    const done: string[] = [];
    const undo = new UndoList();
    undo.push('late', async () => undo.push('later', () => void done.push('later')));
    await undo.close();
    expect(done).toEqual(['later']);
  });
});

describe('A signal', () => {
  test('closes and exits 0; a second is ignored; the third kills', async () => {
    const { host, codes, send } = hostOf();
    const undo = new UndoList();
    let release = () => {};
    undo.push(
      'slow',
      () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    );
    closeOnSignals(undo, host);
    send('SIGTERM');
    send('SIGTERM');
    expect(codes).toEqual([]);
    send('SIGINT');
    expect(codes).toEqual([1]);
    release();
    await undo.close();
    await Promise.resolve();
    expect(codes).toEqual([1, 0]);
  });

  test('exits 1 when something could not be stopped', async () => {
    const { host, codes, send } = hostOf();
    const undo = new UndoList();
    undo.push('api', () => Promise.reject(new Error('stuck')));
    closeOnSignals(undo, host);
    send('SIGINT');
    await undo.close();
    await Promise.resolve();
    expect(codes).toEqual([1]);
  });
});

describe('A part whose surroundings are not there yet', () => {
  const rule = { kind: 'unavailable', isRetryable: true, ar: 'غير متاح', en: 'Not there' } as const;
  const absent = (isRetryable = true) =>
    new Failure('store.unavailable', { ...rule, isRetryable }, {}, [], new Error('refused'));
  const waiter = () => {
    const waits: number[] = [];
    const lines: string[] = [];
    const pause = (milliseconds: number) => Promise.resolve(waits.push(milliseconds));
    return { waits, lines, host: { pause, report: (line: string) => void lines.push(line) } };
  };

  test('is started again and again, with longer waits, until it is there', async () => {
    const { waits, lines, host } = waiter();
    let left = 7;
    const start = async () => {
      if (left-- > 0) throw absent();
      return 'started';
    };
    expect(await startWhenReachable(new UndoList(), start, host)).toBe('started');
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(lines[0]).toBe('waiting for the database (refused)');
  });

  test('is not started again for a fault that waiting does not mend', async () => {
    const { waits, host } = waiter();
    for (const fault of [absent(false), new Error('wrong password')]) {
      await expect(startWhenReachable(new UndoList(), () => Promise.reject(fault), host)).rejects.toBe(fault);
    }
    expect(waits).toEqual([]);
  });

  test('is given up when a signal closes the process', async () => {
    const undo = new UndoList();
    const { host } = waiter();
    const start = async () => {
      void undo.close();
      throw absent();
    };
    expect(await startWhenReachable(undo, start, host)).toBeUndefined();
  });
});
