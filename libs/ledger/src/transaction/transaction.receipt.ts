import { dayOfInstant, failingWith } from '#kernel';
import { occursIn } from '../codes.js';
import type { Context } from '../stream.js';
import { LEDGER_ZONE } from '../time.js';
import type { TransactionReceived } from './transaction.events.js';
import { transactionFailures } from './transaction.failures.js';

const refuse = failingWith(transactionFailures);

type Request = Readonly<
  Pick<TransactionReceived, 'entityId' | 'serviceId'> & Partial<Pick<TransactionReceived, 'flow'>>
>;

/** The service must have transactions, belong to the entity on the day of receipt, and have the flow told. */
export const checkService = ({ entityId, serviceId, flow }: Request, receivedAt: string, context: Context): void => {
  const service = context.refer('service', serviceId);
  if (service === undefined) return; // not among the references of this event: looked up before, when it was named
  if (service.kind === 'informational') throw refuse('service.informational', { params: { serviceId } });
  if (service.kind === 'shared') throw refuse('service.shared', { params: { serviceId } });
  const day = dayOfInstant(receivedAt, LEDGER_ZONE);
  const wasOwner = service.formerOwners?.some((former) => former.entityId === entityId && day < former.until) ?? false;
  if (service.ownerEntityId !== entityId && !wasOwner)
    throw refuse('transaction.foreignService', { params: { serviceId, owner: service.ownerEntityId, entityId } });
  if (flow !== undefined && flow !== service.flow)
    throw refuse('transaction.flowMismatch', { params: { flow, other: serviceId } });
};

/** The category of the customer must occur in the flow. */
export const checkCategory = ({ flow, customerCategory }: Readonly<TransactionReceived>): void => {
  if (!occursIn(customerCategory, flow))
    throw refuse('transaction.flowMismatch', { params: { flow, other: customerCategory } });
};
