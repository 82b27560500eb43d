import { EVENT_COLUMNS } from '../reads/contributing-events.js';

type Schema = Readonly<Record<string, unknown>>;

const TEXT = { type: 'string' };
const POSITION = { type: 'string', pattern: '^(?:0|[1-9][0-9]{0,18})$' };
const STREAM_TEXT = { type: 'string', maxLength: 512 };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: Schema, required: readonly string[]): Schema => ({ type: 'object', properties, required });

const ATTRIBUTES = {
  specversion: { const: '1.0' },
  type: { ...TEXT, maxLength: 128 },
  source: { ...TEXT, maxLength: 512, description: 'urn:sijill:<entityId>:<system>' },
  id: { ...TEXT, minLength: 1, maxLength: 128 },
  time: { ...TEXT, format: 'date-time', description: 'Kept as text, at most 3 fraction digits.' },
  subject: { ...STREAM_TEXT, description: 'If given: the id part of the stream.' },
  datacontenttype: { ...TEXT, description: 'application/json' },
  dataschema: { ...TEXT, description: 'If given: urn:sijill:schema:<type>.' },
  correlationid: { ...TEXT, maxLength: 128 },
  causationid: { ...TEXT, maxLength: 128 },
  traceparent: { ...TEXT, maxLength: 128 },
  tracestate: { ...TEXT, maxLength: 512 },
};
const REQUIRED = ['specversion', 'type', 'source', 'id', 'time'];

const PROBLEM = object(
  {
    type: TEXT,
    code: TEXT,
    status: { type: 'integer' },
    title: TEXT,
    detail: TEXT,
    instance: TEXT,
    retryable: { type: 'boolean' },
    params: { type: 'object', additionalProperties: TEXT },
    schema: TEXT,
    hint: TEXT,
    errors: {
      type: 'array',
      items: object({ pointer: TEXT, code: TEXT, detail: TEXT, expected: TEXT, received: TEXT }, [
        'pointer',
        'code',
        'detail',
      ]),
    },
  },
  ['type', 'code', 'status', 'title', 'detail', 'retryable'],
);

const RESULT = object(
  {
    index: { type: 'integer', minimum: 0 },
    status: { enum: ['created', 'duplicate', 'rejected'] },
    position: POSITION,
    problem: ref('Problem'),
  },
  ['index', 'status'],
);

const DAY = { ...TEXT, format: 'date' };
const CONTRIBUTING_EVENT = object(
  {
    position: POSITION,
    stream: STREAM_TEXT,
    revision: POSITION,
    type: TEXT,
    source: TEXT,
    id: TEXT,
    time: ATTRIBUTES.time,
    recordedAt: { ...TEXT, format: 'date-time' },
    effectiveDay: DAY,
    knownDay: DAY,
    deltas: {
      type: 'object',
      additionalProperties: TEXT,
      description: 'What it added to each measure. Over all events they sum up to the figure.',
    },
    withheld: { type: 'boolean' },
    data: { type: 'object', description: 'Only for callers who may read the event itself.' },
  },
  [...EVENT_COLUMNS, 'deltas'],
);

/** What an event says beside its attributes: its type decides the schema of its data. */
const eventOf = (type: string): Schema => ({ properties: { type: { const: type }, data: ref(type) } });

/** Schemas of requests and answers. The data of each event type have their own, under the name of the type. */
export const schemas = (types: readonly string[]): Readonly<Record<string, Schema>> => ({
  CloudEvent: {
    ...object({ ...ATTRIBUTES, data: { type: 'object' } }, [...REQUIRED, 'data']),
    additionalProperties: false,
    oneOf: types.map(eventOf),
  },
  JournalEvent: object(
    {
      ...ATTRIBUTES,
      position: POSITION,
      stream: STREAM_TEXT,
      revision: POSITION,
      recordedat: { ...TEXT, format: 'date-time' },
      actor: TEXT,
      withheld: { type: 'boolean' },
      data: { type: 'object' },
    },
    [...REQUIRED, 'position', 'stream', 'revision', 'recordedat', 'actor'],
  ),
  Recorded: object(
    { position: POSITION, stream: STREAM_TEXT, revision: POSITION, recordedAt: TEXT, duplicate: { type: 'boolean' } },
    ['position', 'stream', 'revision', 'recordedAt', 'duplicate'],
  ),
  Validated: object({ validated: { const: true }, stream: STREAM_TEXT, duplicate: { type: 'boolean' } }, ['validated']),
  Results: object(
    {
      results: { type: 'array', items: RESULT },
      created: { type: 'integer' },
      duplicate: { type: 'integer' },
      rejected: { type: 'integer' },
      validated: { const: true },
    },
    ['results', 'created', 'duplicate', 'rejected'],
  ),
  JournalPage: object(
    {
      events: { type: 'array', items: ref('JournalEvent') },
      next: { type: ['string', 'null'], description: 'Pass it as `after`.' },
      atHead: { type: 'boolean' },
    },
    ['events', 'next', 'atHead'],
  ),
  StreamPage: object(
    { stream: STREAM_TEXT, events: { type: 'array', items: ref('JournalEvent') }, next: { type: ['string', 'null'] } },
    ['stream', 'events', 'next'],
  ),
  DataSetAnswer: object(
    {
      rows: { type: 'array', items: { type: 'object' } },
      next: { type: ['string', 'null'], description: 'Pass it as `cursor`.' },
      meta: { type: 'object' },
    },
    ['rows', 'next', 'meta'],
  ),
  ContributingEvents: object(
    {
      events: { type: 'array', items: CONTRIBUTING_EVENT },
      next: { type: ['string', 'null'], description: 'Pass it as `cursor`.' },
      meta: { type: 'object' },
    },
    ['events', 'next', 'meta'],
  ),
  Problem: PROBLEM,
});
