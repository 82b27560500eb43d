import { decimalText } from '#kernel';
import type { DescribedPage, DescribedService, Outline } from '#read-models';
import type { Addresses } from './addresses.js';
import { channelNodes, costNodes, documentNode, durationOf } from './channel-nodes.js';
import { AED, conceptNode } from './concepts.js';
import { type Node, ref, texts, typed } from './node.js';

type Entry = DescribedService['entry'];

/**
 * What the profile demands of every service: identifier, title, description and owner. Without a definition the title stands for
 * it, and the completeness of the entry says that it is missing.
 */
export const outlineSays = (at: Addresses, { entry, ownerEntityId }: Outline) => ({
  'dct:identifier': entry.serviceId,
  'dct:title': texts(entry.title),
  'dct:description': texts(entry.definition ?? entry.title),
  'cv:hasCompetentAuthority': ref(at.shared('entity', ownerEntityId)),
  'adms:status': ref(at.shared('status', entry.status)),
  'dct:isPartOf': ref(at.catalogue),
});

/** A service that is only named by another. */
export const outlineNodes = (at: Addresses, outline: Outline): Node[] => [
  { id: at.service(outline.entry.serviceId), types: ['cpsv:PublicService'], says: outlineSays(at, outline) },
  conceptNode(at, 'status', outline.entry.status),
];

/** Services that a service names and that nobody has recorded. They are left out of the export, and counted there. */
export const danglingOf = ({ entry, ...service }: DescribedService, isRecorded: (id: string) => boolean): string[] =>
  [...service.requires, ...service.related, ...entry.sharedServiceIds].filter((id) => !isRecorded(id));

/** A service with everything that belongs to it alone, by CPSV-AP 3.2.0, and the concepts that it is described by. */
export const serviceNodes = (at: Addresses, service: DescribedService, page: DescribedPage): Node[] => {
  const { entry, requires, related, completeness } = service;
  const id = at.service(entry.serviceId);
  const here = new Map(page.services.map((one) => [one.entry.serviceId, one]));
  const outlineOf = (other: string) => page.outlines.get(other) ?? here.get(other);
  const known = (ids: readonly string[]) => ids.filter((other) => outlineOf(other) !== undefined);
  const linked = (ids: readonly string[]) => known(ids).map((other) => ref(at.service(other)));
  const parts = partsOf(at, entry);
  const shared = known(entry.sharedServiceIds).flatMap((other) =>
    participation(at, entry, outlineOf(other) as Outline),
  );
  const bundles = page.bundles.filter(({ kind, services }) => kind !== 'path' && services.includes(entry.serviceId));
  const dangling = danglingOf(service, (other) => outlineOf(other) !== undefined).length;
  const classes = [
    ...[['kind', entry.kind] as const, ['flow', entry.flow] as const],
    ...(entry.critical ? [['importance', 'critical'] as const] : []),
  ];
  const audience = (entry.audience ?? []).map((code) => conceptNode(at, 'audience', code));
  const themes = (entry.themes ?? []).map((theme) => themeNode(at, entry.scheme ?? '', theme));
  const classified = classes.map(([scheme, code]) => conceptNode(at, scheme, code));
  const says = {
    ...outlineSays(at, service),
    'cv:isClassifiedBy': classified.map(refTo),
    'cv:thematicArea': themes.map(refTo),
    'dct:audience': audience.map(refTo),
    'dcat:keyword': (entry.keywords ?? []).flatMap(texts),
    'cv:processingTime': durationOf(entry.processingMinutes),
    'dct:requires': linked([...new Set([...requires, ...entry.sharedServiceIds])]),
    'cv:relatedService': linked(related),
    'dct:isReplacedBy': linked(entry.successorIds ?? []),
    'cv:isGroupedBy': bundles.map(({ bundleId }) => ref(at.shared('bundle', bundleId))),
    ...linksTo(parts),
    'cv:hasParticipation': shared.filter(({ types }) => types.includes('cv:Participation')).map(refTo),
    'sijill:completeness': typed('xsd:decimal', decimalText(completeness)),
    'sijill:danglingServices': dangling === 0 ? undefined : typed('xsd:integer', String(dangling)),
  };
  const concepts = [conceptNode(at, 'status', entry.status), ...classified, ...audience, ...themes];
  return [{ id, types: ['cpsv:PublicService'], says }, ...parts, ...shared, ...concepts];
};

const refTo = ({ id }: Node) => ref(id);

/** Property by which a service names a part of it, by the type of the part. */
const linksTo = (parts: readonly Node[]) => {
  const ofType = (type: Node['types'][number]) => parts.filter(({ types }) => types.includes(type)).map(refTo);
  return {
    'cv:holdsRequirement': ofType('cv:Requirement'),
    'cpsv:hasInput': ofType('cv:Evidence'),
    'cv:hasInputType': ofType('cv:EvidenceType'),
    'cpsv:produces': ofType('cv:Output'),
    'cv:hasChannel': ofType('cv:Channel'),
    'cv:hasCost': ofType('cv:Cost'),
    'cv:contactPoint': ofType('cv:ContactPoint'),
    'cv:hasLegalResource': ofType('eli:LegalResource'),
  };
};

const partsOf = (at: Addresses, entry: Entry): Node[] => {
  const { serviceId, requirements = [], documents = [], outputs = [], legalBasis = [], contact } = entry;
  const costs = costNodes(at, entry);
  const page = contact?.url === undefined ? [] : [documentNode(contact.url)];
  return [
    ...requirements.map(
      ({ id, text }): Node => ({
        id: at.part(serviceId, 'requirement', id),
        types: ['cv:Requirement'],
        says: { 'dct:identifier': id, 'dct:title': texts(text) },
      }),
    ),
    ...documents.flatMap((document) => evidenceNodes(at, serviceId, document)),
    ...outputs.map(
      (title, index): Node => ({
        id: at.part(serviceId, 'output', String(index + 1)),
        types: ['cv:Output'],
        says: { 'dct:identifier': `${serviceId}/output/${index + 1}`, 'dct:title': texts(title) },
      }),
    ),
    ...legalBasis.map(
      (title, index): Node => ({
        id: at.part(serviceId, 'law', String(index + 1)),
        types: ['eli:LegalResource'],
        says: { 'dct:title': texts(title) },
      }),
    ),
    ...channelNodes(at, entry),
    ...(costs.length > 0 ? [...costs, AED] : []),
    ...(contact === undefined
      ? []
      : [
          {
            id: at.part(serviceId, 'contact'),
            types: ['cv:ContactPoint'],
            says: { 'cv:telephone': contact.phone, 'cv:email': contact.email, 'cv:contactPage': page.map(refTo) },
          } satisfies Node,
          ...page,
        ]),
  ];
};

/** A document that the service asks for, and what kind of document it is. */
const evidenceNodes = (at: Addresses, serviceId: string, document: NonNullable<Entry['documents']>[number]): Node[] => {
  const { id, title, form, issuerEntityId } = document;
  const kind = at.part(serviceId, 'document-type', id);
  const evidence: Node = {
    id: at.part(serviceId, 'document', id),
    types: ['cv:Evidence'],
    says: {
      'dct:identifier': id,
      'dct:title': texts(title),
      'dct:type': ref(at.shared('form', form)),
      'dct:conformsTo': ref(kind),
      'dct:publisher': issuerEntityId === undefined ? undefined : ref(at.shared('entity', issuerEntityId)),
    },
  };
  const type: Node = {
    id: kind,
    types: ['cv:EvidenceType'],
    says: { 'dct:identifier': id, 'dct:title': texts(title) },
  };
  return [evidence, type, conceptNode(at, 'form', form)];
};

/** Themes are of the lists of others: the ledger knows their codes and the name of the list. */
const themeNode = (at: Addresses, scheme: string, theme: string): Node => ({
  id: at.shared('theme', scheme, theme),
  types: ['skos:Concept'],
  says: { 'skos:notation': theme, 'skos:inScheme': ref(at.shared('theme', scheme)) },
});

/** The owner of a shared service takes part in every service that uses it. */
const participation = (at: Addresses, entry: Entry, shared: Outline): Node[] => [
  {
    id: at.part(entry.serviceId, 'participation', shared.entry.serviceId),
    types: ['cv:Participation'],
    says: {
      'dct:identifier': `${entry.serviceId}/participation/${shared.entry.serviceId}`,
      'dct:description': texts(shared.entry.title),
      'cv:role': ref(at.shared('role', 'sharedService')),
      'cv:hasParticipant': ref(at.shared('entity', shared.ownerEntityId)),
    },
  },
  conceptNode(at, 'role', 'sharedService'),
];
