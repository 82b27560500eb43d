import type { StoredEvent } from '#event-store';

/**
 * A recorded event as CloudEvents JSON. The place in the journal travels as extension attributes: `position`, `stream`,
 * `revision`, `recordedat`, `actor`. The data are the stored canonical bytes themselves, not a second spelling of them; a withheld
 * event has none and says so.
 *
 * @param data JSON text in place of the stored data
 */
export function journalEventText(event: StoredEvent, data?: string): string {
  const envelope = JSON.stringify({
    specversion: '1.0',
    type: event.type,
    source: event.source,
    id: event.id,
    time: event.time,
    subject: event.stream.slice(event.stream.indexOf('-') + 1),
    datacontenttype: 'application/json',
    ...(event.correlation !== undefined && { correlationid: event.correlation }),
    ...(event.causation !== undefined && { causationid: event.causation }),
    position: String(event.position),
    stream: event.stream,
    revision: String(event.revision),
    recordedat: event.recorded,
    actor: event.actor,
    ...(event.isWithheld && { withheld: true }),
  });
  return event.isWithheld ? envelope : `${envelope.slice(0, -1)},"data":${data ?? dataText(event)}}`;
}

const decoder = new TextDecoder();
/** The data as stored: canonical JSON. */
export const dataText = ({ data }: StoredEvent): string => decoder.decode(data);
