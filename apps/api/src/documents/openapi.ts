import { dataClasses, schemaOf } from '#ledger';
import { dataSets } from '#read-models';
import { type Access, accessTable } from '../access/access-table.js';
import { BATCH_TYPE, BINARY_TYPE, EVENTS_PER_REQUEST_MAX, LINES_TYPE, STRUCTURED_TYPE } from '../limits.js';
import { VERSION } from '../operations/metrics.js';
import { DATA_SET_PARAMETERS } from '../reads/dataset-request.js';
import { erasureOperations, erasureSchemas, PERSONAL } from './openapi-erasures.js';
import { GROUPS, groupOf } from './openapi-groups.js';
import { replayOperations, replaySchemas } from './openapi-replays.js';
import { schemas } from './openapi-schemas.js';

type Part = Readonly<Record<string, unknown>>;

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Part, type = 'application/json') => ({ content: { [type]: { schema } } });
const answer = (description: string, schema: Part, type?: string) => ({ description, ...json(schema, type) });
const page = (description: string) => ({ description, content: { 'text/html': { schema: { type: 'string' } } } });
const inQuery = (name: string, schema: Part = { type: 'string' }, description?: string) => ({
  name,
  in: 'query',
  schema,
  ...(description !== undefined && { description }),
});
const inPath = (name: string, description: string) => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description,
});
const AS_OF = ['effective_at', 'known_at'];
const CATALOGUE_FILTERS = Object.keys(dataSets.get('catalogue')?.description.dimensions ?? {});
const LINKED = { 'text/turtle': { schema: { type: 'string' } }, 'application/ld+json': { schema: { type: 'object' } } };
/** Of an answer that is also given as linked data, where `Accept` asks for it. */
const orLinked = (description: string) => ({
  description,
  content: { 'application/json': { schema: { type: 'object' } }, ...LINKED },
});
const graph = (type: keyof typeof LINKED, description: string) => ({
  '200': { description, content: { [type]: LINKED[type] } },
  '304': { description: 'The reader has this graph already.' },
});
const catalogueGraph = (type: keyof typeof LINKED) => ({
  summary: `The catalogue by CPSV-AP 3.2.0 as ${type}: whole, or 413.`,
  parameters: [...CATALOGUE_FILTERS, ...AS_OF].map((name) => inQuery(name)),
  responses: graph(type, 'The graph.'),
});
const dataSetGraph = (type: keyof typeof LINKED) => ({
  summary: `The data sets by DCAT 3 as ${type}, with their licences where they are released.`,
  responses: graph(type, 'The graph.'),
});
const LIMIT = { type: 'integer', minimum: 1, maximum: 1000 };

/** What one route does, beside what the access table says of it. */
interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Part[];
  readonly requestBody?: Part;
  readonly responses: Readonly<Record<string, Part>>;
}

const DATA_SET_QUERY = DATA_SET_PARAMETERS.map((name) => inQuery(name));

/** One line a route of the access table; a test compares the two. */
const operations = (): Readonly<Record<string, Operation>> => ({
  'POST /v1/events': {
    summary: 'Record one event, a batch, or lines. validate=only judges without recording.',
    parameters: [inQuery('validate', { type: 'string', enum: ['only'] })],
    requestBody: {
      required: true,
      content: {
        [STRUCTURED_TYPE]: { schema: ref('CloudEvent') },
        [BATCH_TYPE]: { schema: { type: 'array', items: ref('CloudEvent'), maxItems: EVENTS_PER_REQUEST_MAX } },
        [LINES_TYPE]: { schema: { type: 'string', description: 'One CloudEvent a line.' } },
        [BINARY_TYPE]: { schema: { type: 'object', description: 'The data; attributes travel as ce-* headers.' } },
      },
    },
    responses: {
      '200': answer('A repeat of a recorded event, the results of several, or the outcome of a dry run.', {
        anyOf: [ref('Recorded'), ref('Results'), ref('Validated')],
      }),
      '201': answer('Recorded. Durable.', ref('Recorded')),
    },
  },
  'GET /v1/events': {
    summary: 'The journal in order. Accept: text/event-stream follows it live.',
    parameters: [inQuery('after'), inQuery('limit', LIMIT), inQuery('type'), inQuery('stream')],
    responses: { '200': answer('Events strictly after the position.', ref('JournalPage')) },
  },
  'GET /v1/events/:position': {
    summary: 'One event.',
    parameters: [inPath('position', 'Decimal position in the journal.'), PERSONAL],
    responses: { '200': answer('The event.', ref('JournalEvent'), STRUCTURED_TYPE) },
  },
  'GET /v1/streams/:stream': {
    summary: 'The events of one stream.',
    parameters: [inPath('stream', '<category>-<id>'), inQuery('from'), inQuery('limit', LIMIT), PERSONAL],
    responses: { '200': answer('Events from a revision on.', ref('StreamPage')) },
  },
  'GET /v1/services': {
    summary: 'Search the catalogue of services, in Arabic or English.',
    parameters: ['q', ...CATALOGUE_FILTERS, ...AS_OF, 'limit', 'cursor'].map((name) => inQuery(name)),
    responses: { '200': orLinked('Services that fit.') },
  },
  'GET /v1/services.ttl': catalogueGraph('text/turtle'),
  'GET /v1/services.jsonld': catalogueGraph('application/ld+json'),
  'GET /v1/services/:id': {
    summary: 'One service: its entry, what it is tied to, declared and observed electronic share, what is missing.',
    parameters: [
      inPath('id', 'Service id; with .ttl or .jsonld the entry by CPSV-AP 3.2.0.'),
      ...AS_OF.map((name) => inQuery(name)),
    ],
    responses: { '200': orLinked('The service.') },
  },
  'GET /v1/services/:id/history': {
    summary: 'Every attribute of a service and every tie to others, with its days and the event behind it.',
    parameters: [inPath('id', 'Service id.'), ...['known_at', 'limit', 'cursor'].map((name) => inQuery(name))],
    responses: { '200': answer('Spans, oldest first.', { type: 'object' }) },
  },
  'GET /v1/stamps': {
    summary: "Who holds the '100% Paperless' stamp of which half.",
    parameters: ['half', 'known_at', 'limit', 'cursor'].map((name) => inQuery(name)),
    responses: { '200': answer('Marks that stand, by half and entity.', { type: 'object' }) },
  },
  'GET /v1/datasets': {
    summary: 'The data sets and what can be asked of them; by Accept as linked data by DCAT 3.',
    responses: { '200': orLinked('Descriptions.') },
  },
  'GET /v1/datasets.ttl': dataSetGraph('text/turtle'),
  'GET /v1/datasets.jsonld': dataSetGraph('application/ld+json'),
  'GET /v1/datasets/:name': {
    summary:
      'Rows of a data set. Dimensions are filters. With .csv the whole set as a file, or 413; with .csv-metadata.json what its columns ' +
      'are, by CSV on the Web. Without a token: of a release with a threshold one table of months, with counts in whole thresholds.',
    parameters: [
      inPath('name', `One of ${[...dataSets.keys()].join(', ')}, with or without suffix.`),
      ...DATA_SET_QUERY,
    ],
    responses: {
      '200': {
        description: 'The rows.',
        content: {
          'application/json': { schema: ref('DataSetAnswer') },
          'text/csv': { schema: { type: 'string' } },
          'application/csvm+json': { schema: { type: 'object' } },
        },
      },
      '304': { description: 'The reader has this answer already.' },
    },
  },
  'GET /v1/datasets/:name/events': {
    summary: 'The events behind the figures that the same question gives, and what each added.',
    parameters: [inPath('name', 'Data set.'), ...DATA_SET_QUERY],
    responses: {
      '200': answer('Events by stream and revision; 100 a page, at most 1,000.', ref('ContributingEvents')),
    },
  },
  'GET /v1/datasets/:name/events.csv': {
    summary: 'All of these events as a file, or 413.',
    parameters: [inPath('name', 'Data set.'), ...DATA_SET_QUERY],
    responses: { '200': answer('The file.', { type: 'string' }, 'text/csv') },
  },
  'GET /v1/projections': {
    summary: 'Where every projection stands.',
    responses: { '200': answer('Position, head, lag, rate, parked; rebuilds that are not done.', { type: 'object' }) },
  },
  ...replayOperations,
  ...erasureOperations,
  'GET /health/live': { summary: 'The process runs.', responses: { '200': answer('It does.', { type: 'object' }) } },
  'GET /health/ready': {
    summary: 'The process can do its work.',
    responses: {
      '200': answer('Ready.', { type: 'object' }),
      '503': answer('Not ready; the same list.', { type: 'object' }),
    },
  },
  'GET /metrics': {
    summary: 'Prometheus metrics.',
    responses: { '200': answer('Metrics.', { type: 'string' }, 'text/plain') },
  },
  'GET /openapi.json': { summary: 'This document.', responses: { '200': answer('OpenAPI 3.1.', { type: 'object' }) } },
  'GET /docs': { summary: 'This document for people.', responses: { '200': page('A page.') } },
  'GET /docs/assets/:file': {
    summary: 'Files of the pages.',
    parameters: [inPath('file', 'File name.')],
    responses: { '200': { description: 'The file.' } },
  },
  'GET /docs/problems': { summary: 'All problem codes.', responses: { '200': page('A page in both languages.') } },
  'GET /docs/problems/:code': {
    summary: 'One problem code: meaning, what to do, example.',
    parameters: [inPath('code', 'Problem code.')],
    responses: { '200': page('A page in both languages.') },
  },
});

/** Who may ask, where a data set may have been released. */
const releasableText = (roles: Access['roles']): string =>
  `Roles: ${[roles].flat().join(', ')}. Without a token where the data set was released (dataset.released), small counts suppressed.`;

/** Every route of the api with its questions and answers, and the data schema of every event type. */
export function openApiDocument(): object {
  const described = operations();
  const paths: Record<string, Record<string, object>> = {};
  for (const [line, { roles, isReleasable }] of Object.entries(accessTable)) {
    const [method = '', route = ''] = line.split(' ');
    const operation = described[line];
    if (operation === undefined) throw new TypeError(`${line} is not described`);
    const path = route.replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [method.toLowerCase()]: {
        operationId: `${method.toLowerCase()}${route.replace(/[/:.]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
        tags: [groupOf(path)],
        ...operation,
        responses: {
          ...operation.responses,
          default: answer('A problem.', ref('Problem'), 'application/problem+json'),
        },
        ...(roles === 'public' ? { security: [] } : { description: `Roles: ${roles.join(', ')}.` }),
        ...(isReleasable && { security: [{ bearer: [] }, {}], description: releasableText(roles) }),
      },
    };
  }
  const types = Object.keys(dataClasses).sort();
  return {
    openapi: '3.1.0',
    info: {
      title: 'سجل · Sijill',
      version: VERSION,
      description: 'Event-sourced ledger of government transactions.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    tags: GROUPS.map(([, name]) => ({ name })),
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: {
        ...schemas(types),
        ...replaySchemas,
        ...erasureSchemas,
        ...Object.fromEntries(types.map((type) => [type, schemaOf(type)])),
      },
    },
  };
}
