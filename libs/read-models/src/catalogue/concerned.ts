import type { ReadEvent } from '../read-model.js';
import { edgeOf } from './edges.js';

/** A service that an event is about, and the other thing that it names. */
export interface Concerned {
  readonly service: string;
  readonly about: string;
}

/**
 * Services whose entries an event makes what they are. A bundle that retires or a platform that closes concerns all that it
 * held; its beginning concerns none.
 *
 * @param held services of the bundle or platform as known before the event
 */
export const concernedBy = (event: ReadEvent, held: readonly string[]): readonly Concerned[] => {
  const { category, id, type, data } = event;
  switch (category) {
    case 'service':
      return [{ service: id, about: '' }];
    case 'graph': {
      const { kind, fromService, toService } = edgeOf(event);
      const one = { service: fromService, about: toService };
      return kind === 'dependency' ? [one] : [one, { service: toService, about: fromService }];
    }
    case 'bundle':
    case 'platform': {
      const { serviceId, serviceIds } = data as { serviceId?: string; serviceIds?: readonly string[] };
      const named = serviceId === undefined ? (serviceIds ?? []) : [serviceId];
      const services = ENDINGS.has(type) ? held : named;
      return services.map((service) => ({ service, about: id }));
    }
    default:
      return [];
  }
};

const ENDINGS: ReadonlySet<string> = new Set(['gov.sijill.bundle.retired.v1', 'gov.sijill.platform.closed.v1']);
