import { tmpdir } from 'node:os';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { dataClasses } from '#ledger';
import { startTestApi, type TestApi } from '../../../../test/support/api.js';
import { sourceOf } from '../../../../test/support/repository.js';
import { accessTable } from '../access/access-table.js';
import { apiFailures } from '../problems/failures.js';
import { DocsController } from './docs.controller.js';
import { listing, sentence } from './html.js';
import { openApiDocument } from './openapi.js';
import { failureCatalogue, problemCodes } from './problem-pages.js';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ isProjecting: true });
});
afterAll(() => api.close());

// biome-ignore lint/suspicious/noExplicitAny: the document is walked as plain JSON
type Any = any;
const document = JSON.parse(JSON.stringify(openApiDocument())) as Any;

function* nodes(value: Any): Generator<Any> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const member of Object.values(value)) yield* nodes(member);
}

describe('The OpenAPI document', () => {
  test('has every route of the api and no other', () => {
    const lines = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(lines.sort()).toEqual(Object.keys(accessTable).sort());
  });

  test('refers to nothing that is missing', () => {
    const references = [...nodes(document)].map(({ $ref }) => $ref).filter((ref) => typeof ref === 'string');
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      const found = reference
        .slice(2)
        .split('/')
        .reduce((at: Any, name: string) => at?.[name], document);
      expect([reference, typeof found]).toEqual([reference, 'object']);
    }
  });

  test('names every operation once, describes every path parameter, and has a problem as the answer to all else', () => {
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods as Any)) as Any[];
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const { parameters = [], responses } of Object.values(methods as Any) as Any[]) {
        const described = parameters.filter((parameter: Any) => parameter.in === 'path').map(({ name }: Any) => name);
        expect(described).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
        expect(responses.default.content).toHaveProperty(['application/problem+json']);
        expect(Object.values(responses).every((response: Any) => typeof response.description === 'string')).toBe(true);
      }
    }
  });

  test('holds the schema of every event type, and each compiles', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'http://sijill.test/openapi.json', components: document.components });
    for (const type of Object.keys(dataClasses)) {
      expect(document.components.schemas).toHaveProperty([type]);
      ajv.compile({ $ref: `http://sijill.test/openapi.json#/components/schemas/${type}` });
    }
    ajv.compile({ $ref: 'http://sijill.test/openapi.json#/components/schemas/CloudEvent' });
  });

  test('describes the answers that are really given', async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'http://sijill.test/openapi.json', components: document.components });
    const check = (name: string, body: unknown) => {
      const validate = ajv.compile({ $ref: `http://sijill.test/openapi.json#/components/schemas/${name}` });
      expect([name, validate(body), validate.errors]).toEqual([name, true, null]);
    };
    check('JournalPage', (await api.get('regulator', '/v1/events')).body);
    check('JournalEvent', (await api.get('regulator', '/v1/events/0')).body);
    check('Problem', (await api.get('regulator', '/v1/events?limit=x')).body);
    check('Results', (await api.post('steward', [7])).body);
    const asked = `min_position=${await api.store.head()}`;
    check('DataSetAnswer', (await api.get('analyst', `/v1/datasets/registers?${asked}`)).body);
    const behind = await api.get('regulator', `/v1/datasets/registers/events?${asked}`);
    expect(behind.body.events[0]).toHaveProperty('data');
    check('ContributingEvents', behind.body);
  });

  test('carries the version of the package', () =>
    expect(document.info.version).toBe(JSON.parse(sourceOf('package.json')).version));

  test('is served as it is', async () => {
    expect((await api.get(null, '/openapi.json')).body).toEqual(document);
  });
});

describe('The pages', () => {
  const pages = ['/docs', '/docs/problems', ...problemCodes().map((code) => `/docs/problems/${code}`)];

  test.each(pages)('%s has both languages and names no address outside', async (path) => {
    const { status, text, headers } = await api.get(null, path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toMatch(/lang="en"/);
    expect(text).toMatch(/lang="ar/);
    expect(text).not.toMatch(/https?:\/\//);
    expect(text).not.toMatch(/<script(?! src="\/docs\/)/);
    expect(text).not.toMatch(/\{undefined\}|undefined</);
  });

  test('bring their own files, and no others are served', async () => {
    for (const file of ['page.css', 'start.js', 'swagger-ui.css', 'swagger-ui-bundle.js']) {
      expect((await api.get(null, `/docs/assets/${file}`)).status).toBe(200);
    }
    for (const file of ['..%2f..%2fpackage.json', 'package.json', '__proto__', 'index.html']) {
      expect((await api.get(null, `/docs/assets/${file}`)).body).toMatchObject({ status: 404, code: 'route.unknown' });
    }
  });

  test('find their files wherever the process was started', () => {
    const home = process.cwd();
    try {
      process.chdir(tmpdir());
      expect(() => new DocsController()).not.toThrow();
    } finally {
      process.chdir(home);
    }
  });

  test('let no name in braces and no Arabic text in a listing change the direction of its line', () => {
    expect(sentence('بيانات {type}.')).toBe('بيانات <bdi dir="ltr">{type}</bdi>.');
    expect(listing({ code: 'a.b', title: 'عنوان {x}' })).toBe(
      '{\n  &quot;code&quot;: &quot;a.b&quot;,\n  &quot;title&quot;: &quot;<bdi>عنوان {x}</bdi>&quot;\n}',
    );
  });

  test('suggest a code that is near', async () => {
    const { body } = await api.get(null, '/docs/problems/event.unknwon');
    expect(body).toMatchObject({
      status: 404,
      code: 'problem.unknown',
      params: { nearest: expect.stringContaining('event.unknown') },
    });
  });

  test('explain every code of the api in Arabic and English', () => {
    for (const [code, { ar, en }] of Object.entries(apiFailures)) {
      expect([code, /[\u0600-\u06ff]/.test(ar), /^[A-Z]/.test(en)]).toEqual([code, true, true]);
      expect(failureCatalogue).toHaveProperty([code]);
      const named = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      expect([code, named(ar)]).toEqual([code, named(en)]);
    }
  });
});
