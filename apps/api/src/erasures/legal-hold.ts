import type { EventStore } from '#event-store';
import { dayOfInstant, instantText } from '#kernel';
import { factOf, LEDGER_ZONE } from '#ledger';

const POLICY = 'policy-legal-hold';

interface Version {
  readonly from: string;
  readonly parameters: { readonly eventTypes: readonly string[] };
}

/** Event types of which the law demands whole records today, by the policy in force. None where no policy was adopted. */
export async function heldTypes(store: EventStore): Promise<readonly string[]> {
  const today = dayOfInstant(instantText(BigInt(Date.now()) * 1000n), LEDGER_ZONE);
  const versions = (await store.readWhole(POLICY)).map((event) => factOf(event).data as Version);
  return versions.findLast(({ from }) => from <= today)?.parameters.eventTypes ?? [];
}
