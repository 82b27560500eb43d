import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { argumentsOf, composeOf, instructionsOf, lastStage, SECRETS } from '../support/containers.js';
import { filesBelow, ROOT, sourceOf } from '../support/repository.js';

interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: Readonly<Record<string, { readonly name: string; readonly key: string }>>;
}
interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: {
      readonly spec: {
        readonly securityContext: object;
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly {
          readonly name: string;
          readonly command: readonly string[];
          readonly env: readonly Variable[];
        }[];
      };
    };
  };
}

const KUSTOMIZATION = 'docker/kubernetes/kustomization.yaml';
const FOLDERS: Readonly<Record<string, { readonly path: string; readonly classes: object }>> = {
  v1: { path: 'v1', classes: core },
  'apps/v1': { path: 'apps/v1', classes: apps },
  'batch/v1': { path: 'batch/v1', classes: batch },
  'networking.k8s.io/v1': { path: 'networking.k8s.io/v1', classes: networking },
  'policy/v1': { path: 'policy/v1', classes: policy },
};

const manifestsOf = (text: string): readonly Manifest[] =>
  parseAllDocuments(text).map((document) => document.toJS() as Manifest);
const files = filesBelow('docker/kubernetes', '.yaml').filter((path) => path !== KUSTOMIZATION);
const manifests = files.flatMap((path) => manifestsOf(sourceOf(path)));

/** By the JSON schemas of the API: wrong types and values. */
const valueFaults = (manifest: Manifest): readonly string[] => {
  const { classes } = FOLDERS[manifest.apiVersion]!;
  const Model = (classes as Record<string, new (data: object) => { validate(): void }>)[manifest.kind]!;
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
};

/** By the types of the API: members that do not exist, which its schemas let pass and a server drops without a word. */
const memberFaults = (given: readonly Manifest[]): readonly string[] => {
  const path = `${ROOT}/test/containers/manifests-as-types.ts`;
  const lines = given.map(({ apiVersion, kind, ...rest }, at) => {
    const literal = JSON.stringify({ apiVersion, kind, ...rest });
    return `export const m${at}: import('kubernetes-models/${FOLDERS[apiVersion]!.path}').I${kind} = ${literal};`;
  });
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  const text = lines.join('\n');
  host.fileExists = (name) => name === path || fileExists(name);
  host.readFile = (name) => (name === path ? text : readFile(name));
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(name, text, version) : getSourceFile(name, version);
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n').split('\n').at(-1)!.trim());
};

const named = (kind: string, name: string) => manifests.find((one) => one.kind === kind && one.metadata.name === name)!;
const workloads = manifests.filter(({ spec }) => spec?.template !== undefined);
const containersOf = (workload: Manifest) => workload.spec!.template!.spec.containers;

describe('The manifests of docker/kubernetes', () => {
  test('have the values that the Kubernetes API takes', () => {
    expect(manifests.flatMap(valueFaults)).toEqual([]);
    const wrong = { ...named('Deployment', 'api'), spec: { replicas: 'two' } } as unknown as Manifest;
    expect(valueFaults(wrong).join()).toContain('replicas must be integer');
  });

  test('have no member that the Kubernetes API does not know', () => {
    expect(memberFaults(manifests)).toEqual([]);
    const misspelt = JSON.parse(JSON.stringify(workloads).replaceAll('readinessProbe', 'readynessProbe')) as Manifest[];
    expect(memberFaults(misspelt).join()).toContain('readynessProbe');
  });

  test('are all part of the kustomization, but the examples', () => {
    const { resources } = manifestsOf(sourceOf(KUSTOMIZATION))[0] as unknown as { resources: readonly string[] };
    const there = files
      .map((path) => path.slice('docker/kubernetes/'.length))
      .filter((path) => !path.includes('example'));
    expect([...resources].sort()).toEqual(there.sort());
  });

  test('start the same commands with the same variables as the compose file', () => {
    const image = argumentsOf(
      lastStage(instructionsOf(sourceOf('docker/Dockerfile'))).findLast(({ keyword }) => keyword === 'CMD')!.text,
    );
    const { services } = composeOf(SECRETS);
    expect(workloads).toHaveLength(3);
    for (const workload of workloads) {
      for (const { name, command, env } of containersOf(workload)) {
        const service = services[name]!;
        expect([name, command]).toEqual([name, service.command ?? image]);
        expect([name, env.map((variable) => variable.name).sort()]).toEqual([
          name,
          Object.keys(service.environment!).sort(),
        ]);
      }
    }
  });

  test('take every value from a secret or a configuration that has it', () => {
    const sources = { secretKeyRef: 'Secret', configMapKeyRef: 'ConfigMap' } as Readonly<Record<string, string>>;
    const asked = workloads
      .flatMap(containersOf)
      .flatMap(({ env }) => env.flatMap(({ valueFrom }) => Object.entries(valueFrom ?? {})));
    expect(asked.length).toBeGreaterThan(8);
    for (const [how, { name, key }] of asked) {
      const { data, stringData } = named(sources[how]!, name);
      expect([name, key in { ...data, ...stringData }]).toEqual([name, true]);
    }
  });

  test('run nobody as root, with no right and nothing to write but what is given', () => {
    for (const workload of workloads) {
      const { securityContext, automountServiceAccountToken, containers } = workload.spec!.template!.spec;
      expect(securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(automountServiceAccountToken).toBe(false);
      for (const container of containers) {
        expect(container).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: { memory: expect.any(String) }, limits: { memory: expect.any(String) } },
        });
      }
    }
  });

  test('the example of the secrets holds none', () => {
    const values = manifestsOf(sourceOf('docker/kubernetes/secret.example.yaml')).flatMap(({ data, stringData }) =>
      Object.values({ ...data, ...stringData }),
    );
    expect(values.filter((value) => value !== '' && !value.includes('…') && value !== 'postgres')).toEqual([]);
  });
});
