type Part = Readonly<Record<string, unknown>>;
const TEXT = { type: 'string' };
const NULLABLE_TEXT = { type: ['string', 'null'] };
const TIME = { type: ['string', 'null'], format: 'date-time' };
const json = (schema: Part) => ({ content: { 'application/json': { schema } } });
const answer = (description: string, schema: Part) => ({ description, ...json(schema) });
const ERASURE = { $ref: '#/components/schemas/Erasure' };
const ID = { name: 'id', in: 'path', required: true, schema: TEXT, description: 'Number of the erasure.' };
const KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 128 },
  description: 'The same request with the same key within 24 hours is the same erasure.',
};

/** Of a question for events. */
export const PERSONAL = {
  name: 'personal',
  in: 'query',
  schema: { type: 'string', enum: ['open'] },
  description:
    'Personal values in clear, for integrators and what their own sources posted. Those of erased persons stay sealed and say so.',
};

/** Answers about erasures. */
export const erasureSchemas: Readonly<Record<string, Part>> = {
  Erasure: {
    type: 'object',
    properties: {
      id: TEXT,
      subjectId: { ...TEXT, description: 'The person as the journal knows it. What an entity calls it is nowhere.' },
      state: {
        enum: ['waiting', 'blocked', 'erasing', 'recorded', 'erased', 'forgotten', 'cancelled'],
        description:
          'waiting for a second operator; blocked for reading and new events; erasing: no way back; recorded in the journal; erased: ' +
          'the key is destroyed, late events are refused; forgotten: nothing ties the id to the person; cancelled.',
      },
      legalBasis: TEXT,
      eraseAfterDays: { type: 'integer' },
      askedBy: TEXT,
      askedAt: TIME,
      confirmedBy: NULLABLE_TEXT,
      confirmedAt: TIME,
      dueAt: { ...TIME, description: 'Until then it can be cancelled.' },
      cancelledBy: NULLABLE_TEXT,
      cancelledAt: TIME,
      position: { ...NULLABLE_TEXT, description: 'Of subject.erased in the journal.' },
      recordedAt: TIME,
      erasedAt: TIME,
      forgetAt: {
        ...TIME,
        description: 'By then older backups of the keys must be gone, or the erasure is not effective.',
      },
      forgottenAt: TIME,
      href: TEXT,
    },
  },
};

const ONE = { '200': answer('The erasure.', ERASURE) };

/** One line a route of the access table. */
export const erasureOperations = {
  'POST /v1/erasures': {
    summary: 'Ask for a person to be erased. Nothing happens before another operator confirms it.',
    parameters: [KEY],
    requestBody: {
      required: true,
      ...json({
        type: 'object',
        properties: {
          subjectId: { ...TEXT, description: 'As in the envelopes of the person.' },
          entityId: { ...TEXT, description: 'Instead, with customerRef: who calls the person so.' },
          customerRef: { ...TEXT, maxLength: 128, description: 'Neither stored nor logged.' },
          legalBasis: { ...TEXT, maxLength: 300, description: 'Stands in the journal for ever: it names nobody.' },
          eraseAfterDays: {
            type: 'integer',
            minimum: 0,
            maximum: 30,
            default: 7,
            description: 'From the confirmation.',
          },
        },
        required: ['legalBasis'],
        additionalProperties: false,
      }),
    },
    responses: { '202': answer('Asked for. Durable.', ERASURE), '200': answer('Asked for before.', ERASURE) },
  },
  'GET /v1/erasures': {
    summary: 'Erasures, newest first.',
    responses: {
      '200': answer('The newest hundred.', {
        type: 'object',
        properties: { erasures: { type: 'array', items: ERASURE } },
      }),
    },
  },
  'GET /v1/erasures/:id': { summary: 'One erasure: how far it is, who wanted it.', parameters: [ID], responses: ONE },
  'DELETE /v1/erasures/:id': {
    summary: 'Cancel an erasure and open the person again, until it is recorded.',
    parameters: [ID],
    responses: ONE,
  },
  'POST /v1/erasures/:id/confirmation': {
    summary: 'The word of a second operator: the person is blocked at once, and erased when its time has come.',
    parameters: [ID],
    responses: { '202': answer('The erasure.', ERASURE) },
  },
};
