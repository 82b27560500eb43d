import { type EventStore, eventStoreFailures } from '#event-store';
import { failingWith } from '#kernel';

const refuse = failingWith(eventStoreFailures);

/** The real store, which cannot be reached for the next append to each of these streams; for `always`, for any. */
export const awayFor =
  (streams: Set<string>, always: ReadonlySet<string> = new Set()) =>
  (store: EventStore): EventStore =>
    new Proxy(store, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name !== 'append') return member.bind(target);
        return (...call: Parameters<EventStore['append']>) => {
          if (streams.delete(call[0]) || always.has(call[0])) return Promise.reject(refuse('store.unavailable'));
          return target.append(...call);
        };
      },
    });
