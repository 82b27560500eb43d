import { Fields } from '../protobuf.js';
import { DriverFault, type RecordedEvent } from './driver.js';

/** Numbers of the fields in streams.proto of the protocol: of ReadResp, of its ReadEvent, of the RecordedEvent in that. */
const ANSWER = { event: 1, streamNotFound: 4 } as const;
const READ_EVENT = { event: 1 } as const;
const RECORDED = { stream: 2, revision: 3, prepare: 4, commit: 5, properties: 6, metadata: 7, data: 8 } as const;
const STREAM_IDENTIFIER = { name: 3 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const PROPERTY = { type: 'type', contentType: 'content-type' } as const;
const JSON_CONTENT = 'application/json';
const NOTHING = new Uint8Array();

/**
 * What a message of a read says, taken off its bytes: of the identities, links and times that the client would decode as well,
 * nobody here wants any, and they cost as much as everything else.
 *
 * @returns the event, whose data are a view of the message; `link` to one that is gone; `other`: nothing of an event.
 * @throws DriverFault `missing` when there is no such stream, `strange` for bytes that are no such message.
 */
export function answerIn(message: Buffer): RecordedEvent | 'link' | 'other' {
  const answer = new Fields(message, 0, message.length);
  let said: RecordedEvent | 'link' | 'other' = 'other';
  while (answer.next()) {
    if (answer.number === ANSWER.event) said = eventIn(answer.inside());
    else if (answer.number === ANSWER.streamNotFound) throw new DriverFault('missing', 'there is no such stream');
  }
  return said;
}

function eventIn(read: Fields): RecordedEvent | 'link' {
  let said: RecordedEvent | 'link' = 'link';
  while (read.next()) if (read.number === READ_EVENT.event) said = recordedIn(read.inside());
  return said;
}

function recordedIn(fields: Fields): RecordedEvent {
  let stream = '';
  let revision = 0n;
  let prepare = 0n;
  let commit = 0n;
  let type = '';
  let isJson = false;
  let metadata = '';
  let data: Uint8Array = NOTHING;
  while (fields.next()) {
    switch (fields.number) {
      case RECORDED.stream:
        stream = textIn(fields.inside(), STREAM_IDENTIFIER.name);
        break;
      case RECORDED.revision:
        revision = fields.whole();
        break;
      case RECORDED.prepare:
        prepare = fields.whole();
        break;
      case RECORDED.commit:
        commit = fields.whole();
        break;
      case RECORDED.properties: {
        const key = textIn(fields.inside(), ENTRY.key);
        if (key === PROPERTY.type) type = textIn(fields.inside(), ENTRY.value);
        else if (key === PROPERTY.contentType) isJson = textIn(fields.inside(), ENTRY.value) === JSON_CONTENT;
        break;
      }
      case RECORDED.metadata:
        metadata = fields.text();
        break;
      case RECORDED.data:
        data = fields.bytes();
        break;
    }
  }
  return { stream, revision, type, isJson, data, metadata, commit, prepare };
}

function textIn(fields: Fields, number: number): string {
  let text = '';
  while (fields.next()) if (fields.number === number) text = fields.text();
  return text;
}
