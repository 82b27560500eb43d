import { dataSets } from '#read-models';

type Part = Readonly<Record<string, unknown>>;
const TEXT = { type: 'string' };
const NULLABLE_TEXT = { type: ['string', 'null'] };
const NULLABLE_NUMBER = { type: ['number', 'null'] };
const BOOLEAN = { type: 'boolean' };
const object = (properties: Part): Part => ({ type: 'object', properties });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Part) => ({ content: { 'application/json': { schema } } });
const answer = (description: string, schema: Part) => ({ description, ...json(schema) });
const inPath = (name: string, description: string) => ({ name, in: 'path', required: true, schema: TEXT, description });
const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 128 },
  description: 'The same request with the same key within 24 hours is the same replay.',
};
const SIDES = object({ here: NULLABLE_TEXT, there: NULLABLE_TEXT });

/** Answers about replays and rebuilds. */
export const replaySchemas: Readonly<Record<string, Part>> = {
  Replay: object({
    id: TEXT,
    projection: TEXT,
    version: { type: ['integer', 'null'] },
    request: { type: 'object' },
    state: {
      enum: ['waiting', 'running', 'held', 'done', 'failed', 'cancelled', 'expired'],
      description: 'held: a rebuild differs from the live tables and waits for the word of an operator.',
    },
    asOfPosition: NULLABLE_TEXT,
    progress: object({
      position: NULLABLE_TEXT,
      eventsDone: NULLABLE_TEXT,
      eventsTotal: NULLABLE_TEXT,
      rate: { ...NULLABLE_NUMBER, description: 'Events a second.' },
      secondsLeft: NULLABLE_NUMBER,
    }),
    rows: NULLABLE_NUMBER,
    hash: { ...NULLABLE_TEXT, description: 'SHA-256 of the canonical dump of all tables.' },
    parity: { oneOf: [{ type: 'null' }, ref('Parity')] },
    failure: { oneOf: [{ type: 'null' }, object({ code: TEXT, position: NULLABLE_TEXT })] },
    confirmedBy: NULLABLE_TEXT,
    madeAt: TEXT,
    finishedAt: NULLABLE_TEXT,
    expiresAt: { ...NULLABLE_TEXT, description: 'Then its tables are dropped; what it found stays.' },
    href: TEXT,
    datasets: { type: 'array', items: TEXT, description: 'Where its data sets are read.' },
  }),
  Parity: object({
    with: { ...TEXT, description: 'live, or the number of another replay.' },
    position: { ...TEXT, description: 'Where the other side stood.' },
    isEqual: BOOLEAN,
    tables: {
      type: 'array',
      items: object({
        table: TEXT,
        equal: { type: 'integer' },
        differing: { type: 'integer' },
        missing: { type: 'integer', description: 'Rows that only the other side has.' },
        extra: { type: 'integer', description: 'Rows that only this one has.' },
        samples: {
          type: 'array',
          items: object({
            key: { type: 'object' },
            kind: { enum: ['differing', 'missing', 'extra'] },
            columns: { type: 'object', additionalProperties: SIDES },
          }),
        },
      }),
    },
  }),
};

const NAME = inPath(
  'name',
  `One of ${[...new Set([...dataSets.values()].map(({ projection }) => projection))].join(', ')}.`,
);
const ID = inPath('id', 'Number of the replay.');
const REPLAY = answer('The replay.', ref('Replay'));
const MADE = { '202': answer('Asked for. Durable.', ref('Replay')), '200': answer('Asked for before.', ref('Replay')) };
const listOf = (name: string) =>
  answer('The newest hundred.', object({ [name]: { type: 'array', items: ref('Replay') } }));

/** One line a route of the access table. */
export const replayOperations = {
  'POST /v1/replays': {
    summary: 'Fold a projection anew up to a position or an instant, beside the live one.',
    parameters: [KEY],
    requestBody: {
      required: true,
      ...json({
        ...object({
          projection: TEXT,
          position: { ...TEXT, description: 'Last event to take in.' },
          known_at: { ...TEXT, description: 'Instead: a day, known at its end in Dubai, or an instant.' },
          compare: { ...TEXT, description: 'live, or the number of another replay.' },
        }),
        required: ['projection'],
        additionalProperties: false,
      }),
    },
    responses: MADE,
  },
  'GET /v1/replays': { summary: 'Replays of the caller.', responses: { '200': listOf('replays') } },
  'GET /v1/replays/:id': {
    summary: 'One replay: progress, hash, what differs.',
    parameters: [ID],
    responses: { '200': REPLAY },
  },
  'DELETE /v1/replays/:id': {
    summary: 'End a replay and drop its tables.',
    parameters: [ID],
    responses: { '200': REPLAY },
  },
  'POST /v1/projections/:name/rebuilds': {
    summary: 'Build a projection anew beside the live one, compare row by row, and swap where nothing differs.',
    parameters: [NAME, KEY],
    requestBody: json({
      ...object({
        dry_run: { ...BOOLEAN, description: 'Compare only, and drop what was built.' },
        drop_old: { ...BOOLEAN, description: 'Drop the replaced tables at once instead of after 7 days.' },
      }),
      additionalProperties: false,
    }),
    responses: MADE,
  },
  'GET /v1/projections/:name/rebuilds': {
    summary: 'Rebuilds of a projection.',
    parameters: [NAME],
    responses: { '200': listOf('rebuilds') },
  },
  'GET /v1/projections/:name/rebuilds/:id': {
    summary: 'One rebuild: progress, hash, what differs.',
    parameters: [NAME, ID],
    responses: { '200': REPLAY },
  },
  'DELETE /v1/projections/:name/rebuilds/:id': {
    summary: 'End a rebuild and drop what it built. The live tables stay as they are.',
    parameters: [NAME, ID],
    responses: { '200': REPLAY },
  },
  'POST /v1/projections/:name/rebuilds/:id/confirmation': {
    summary: 'Let a rebuild that is held take the place of the live tables although they differ.',
    parameters: [NAME, ID],
    responses: { '202': REPLAY },
  },
};
