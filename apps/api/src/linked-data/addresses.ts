/**
 * Addresses of everything in the catalogue, below the address at which the ledger was asked. A service has its own page; whatever
 * it shares with others is a fragment of the catalogue's, so that every address answers with a description of what it names.
 */
export interface Addresses {
  readonly catalogue: string;
  readonly dataSets: string;
  service(id: string): string;
  /** Of one service alone: `…/v1/services/x#channel/app`. */
  part(serviceId: string, ...names: readonly string[]): string;
  /** Of the whole catalogue: `…/v1/services#audience/citizen`. */
  shared(...names: readonly string[]): string;
  dataSet(name: string): string;
}

export const addressesBelow = (base: string): Addresses => {
  const [catalogue, dataSets] = [`${base}/v1/services`, `${base}/v1/datasets`];
  const fragment = (names: readonly string[]) => names.map(encodeURIComponent).join('/');
  const service = (id: string) => `${catalogue}/${encodeURIComponent(id)}`;
  return {
    catalogue,
    dataSets,
    service,
    part: (serviceId, ...names) => `${service(serviceId)}#${fragment(names)}`,
    shared: (...names) => `${catalogue}#${fragment(names)}`,
    dataSet: (name) => `${dataSets}/${encodeURIComponent(name)}`,
  };
};
