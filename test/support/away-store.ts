import { type EventStore, eventStoreFailures } from '#event-store';
import { failingWith } from '#kernel';

const refuse = failingWith(eventStoreFailures);

/** The real store, which fails with `code` at the next append to each of these streams; for `always`, at any. */
export const awayFor =
  (
    streams: Set<string>,
    always: ReadonlySet<string> = new Set(),
    code: keyof typeof eventStoreFailures = 'store.unavailable',
  ) =>
  (store: EventStore): EventStore =>
    new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'append') return member.bind(target);
        return (...call: Parameters<EventStore['append']>) => {
          if (streams.delete(call[0]) || always.has(call[0])) return Promise.reject(refuse(code));
          return target.append(...call);
        };
      },
    });
