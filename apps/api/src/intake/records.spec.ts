import { ApiModule } from '../api.module.js';
import { RecordFacts, RecordFactsHandler } from './records.js';

const COMMAND_HANDLER_METADATA = '__commandHandler__';

describe('The write side', () => {
  test('has one command and one handler of it', () => {
    const { providers = [] } = ApiModule.of({} as Parameters<typeof ApiModule.of>[0]);
    const handlers = providers.filter(
      (one) => typeof one === 'function' && Reflect.hasMetadata(COMMAND_HANDLER_METADATA, one),
    );
    expect(handlers).toEqual([RecordFactsHandler]);
    expect(Reflect.getMetadata(COMMAND_HANDLER_METADATA, RecordFactsHandler)).toBe(RecordFacts);
  });
});
