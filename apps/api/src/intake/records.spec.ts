import { streams } from '#ledger';
import { commands, recordHandlers, StreamCommand } from './records.js';

const COMMAND_HANDLER_METADATA = '__commandHandler__';

describe('The write side', () => {
  test('has one command a stream category and one handler a command', () => {
    expect([...commands.keys()].sort()).toEqual(streams.map(({ category }) => category).sort());
    const handled = recordHandlers.map((handler) => Reflect.getMetadata(COMMAND_HANDLER_METADATA, handler));
    expect(new Set(handled).size).toBe(streams.length);
    expect(new Set(handled)).toEqual(new Set(commands.values()));
  });

  test('names commands after their streams', () => {
    expect(commands.get('transaction')?.name).toBe('RecordTransaction');
    expect(commands.get('transaction')?.prototype).toBeInstanceOf(StreamCommand);
    expect(recordHandlers.map(({ name }) => name)).toContain('RecordTransactionHandler');
  });
});
