import { type Counts, type Scribe, type SimulatedEvent, sum } from './event.js';
import { figuresOf, NOTHING_TOLD, type Told } from './figures.js';
import type { Random } from './random.js';
import type { Channel, SimulatedService, World } from './register.js';
import { MINUTES_A_DAY } from './span.js';

/** An event and the minute of the simulated year at which it reaches the ledger. */
export interface Arrival {
  readonly minute: number;
  readonly simulated: SimulatedEvent;
}

const PLATFORM_CUSTOMERS = 400;

/** One transaction from the first click to its end, with what goes wrong in life: switches, corrections, refunds, voids, late news. */
export class TransactionLife {
  private readonly arrivals: Arrival[] = [];
  private told: Told = NOTHING_TOLD;
  /** The ledger hears of everything that much after it happened. */
  private lateDays = 0;
  private minute: number;
  private readonly number: string;

  constructor(
    private readonly world: World,
    private readonly service: SimulatedService,
    private readonly random: Random,
    private readonly scribe: Scribe,
    private readonly timeOf: (minute: number) => string,
    { minute, serial, digitalShare }: { minute: number; serial: number; digitalShare: number },
  ) {
    this.minute = minute;
    this.number = `S${String(serial).padStart(8, '0')}`;
    this.live(digitalShare);
  }

  get events(): readonly Arrival[] {
    return this.arrivals;
  }

  /** Writes one event of this transaction. */
  private tell(noun: string, data: Record<string, unknown>, change: Partial<Told> = {}): void {
    const before: Counts = figuresOf(this.told);
    this.told = { ...this.told, ...change };
    const { entityId } = this.service;
    const system = data.platformId ? 'digital:platform' : `${entityId}:core`;
    // Every event of a transaction comes from the owner's system; a platform only opens it on the owner's behalf.
    const source = noun === 'transaction.received' || noun === 'transaction.started' ? system : `${entityId}:core`;
    this.arrivals.push({
      minute: this.minute + this.lateDays * MINUTES_A_DAY,
      simulated: {
        event: this.scribe.write(noun, source, this.timeOf(this.minute), { entityId, number: this.number, ...data }),
        role: 'integrator',
        effect: sum(figuresOf(this.told), before, -1),
      },
    });
  }

  private live(digitalShare: number): void {
    const { random, service } = this;
    const channel = this.chooseChannel(digitalShare);
    const isDigital = channel !== 'counter' && channel !== 'call';
    const where = this.placeOf(channel);
    const platformId = channel === 'app' && this.world.platformServices.has(service.serviceId) && random.isBelow(0.3);
    const platform = platformId ? { platformId: this.world.platformId } : {};
    if (isDigital && random.isBelow(0.6)) {
      this.tell('transaction.started', { serviceId: service.serviceId, channel, ...platform }, { isStarted: true });
      if (random.isBelow(0.12)) return; // abandoned before it was sent
      this.minute += random.between(1, 20);
    }
    const isAssisted = isDigital && channel !== 'kiosk' && !service.names.isInternal && random.isBelow(0.06);
    if (random.isBelow(0.02)) this.lateDays = random.between(1, 45);
    this.tell(
      'transaction.received',
      {
        serviceId: service.serviceId,
        channel,
        assisted: isAssisted,
        flow: service.names.isInternal ? 'internal' : 'customer',
        customerCategory: service.names.isInternal ? 'employee' : random.pick(service.names.audience),
        ...this.customer(platformId),
        feeDue: String(service.names.paymentKind ? 0 : service.names.feeFils),
        documentsRequired: 1,
        dueBy: this.timeOf(this.minute + 3 * MINUTES_A_DAY),
        ...platform,
        ...where,
      },
      { channel, isAssisted, isOnPlatform: platformId, receivedIn: this.edition() },
    );
    this.proceed(isDigital);
    this.mend();
  }

  private chooseChannel(digitalShare: number): Channel {
    const open = this.service.channels;
    const weights: [Channel, number][] = open.map((channel) => [channel, this.weightOf(channel, digitalShare)]);
    return this.random.weighted(weights);
  }

  private weightOf(channel: Channel, digitalShare: number): number {
    if (channel === 'app') return 0.6 * digitalShare;
    if (channel === 'web') return 0.34 * digitalShare;
    if (channel === 'kiosk') return 0.06 * digitalShare;
    return channel === 'call' ? 0.15 * (1 - digitalShare) : 0.85 * (1 - digitalShare);
  }

  private placeOf(channel: Channel): Record<string, string> {
    const { entityId } = this.service;
    const centres = this.world.centres[entityId];
    const kiosks = this.world.kiosks[entityId];
    if (channel === 'counter' && centres) return { centreId: this.random.pick(centres) };
    if (channel === 'kiosk' && kiosks) return { kioskId: this.random.pick(kiosks) };
    return channel === 'call' ? { callCentreId: this.world.callCentreId } : {};
  }

  /** Edition of the campaign that counts what happens now; none in plain traffic. */
  private edition(): string | undefined {
    return this.world.conduct?.editionOn(this.timeOf(this.minute).slice(0, 10), this.service);
  }

  /** Customers of the platform come back, so that it has fewer of them than transactions. */
  private customer(isOnPlatform: boolean): { customerRef?: string } {
    const random = this.world.conduct?.random;
    return random && isOnPlatform ? { customerRef: `C${random.between(1, PLATFORM_CUSTOMERS)}` } : {};
  }

  private proceed(isDigital: boolean): void {
    const { random, service } = this;
    const isPaper = !isDigital && random.isBelow(0.55);
    this.minute += random.between(1, 30);
    const customerSheets = isPaper ? random.between(1, 6) : 0;
    const form = isPaper ? 'paper' : 'digital';
    const document = { documentId: 'd1', form, sheets: customerSheets, reused: random.isBelow(0.3) };
    this.tell('transaction.documentSubmitted', document, { customerSheets });
    for (const step of service.steps) this.work(step, isDigital);
    if (isPaper) {
      const processSheets = random.between(1, 8);
      const used = { recordId: 'p1', sheets: processSheets, kind: 'process' };
      this.tell('transaction.sheetsConsumed', used, { processSheets });
    }
    if (isDigital && service.channels.includes('counter') && random.isBelow(0.03)) {
      const data = { channel: 'counter', assisted: false, reason: 'customerChoice' };
      this.tell('transaction.channelSwitched', data);
    }
    if (service.names.feeFils > 0) this.pay(isDigital);
    this.end(isPaper);
  }

  private work({ id, mode }: SimulatedService['steps'][number], isDigital: boolean): void {
    const { random, told, world } = this;
    this.minute += random.between(2, 400);
    const isManual = mode === 'manual' || (!isDigital && random.isBelow(0.35));
    this.tell(
      'transaction.stepCompleted',
      {
        stepId: id,
        mode: isManual ? 'manual' : 'electronic',
        actor: isManual ? 'staff' : 'system',
        minutes: random.between(0, 30),
        ...(world.conduct && id === 'check' && !isManual ? { fromEntityId: 'digital' } : {}),
      },
      isManual ? { manualSteps: told.manualSteps + 1 } : { electronicSteps: told.electronicSteps + 1 },
    );
  }

  private pay(isDigital: boolean): void {
    const { feeFils } = this.service.names;
    this.tell(
      'transaction.paymentSettled',
      {
        paymentId: 'pay1',
        amount: String(feeFils),
        kind: this.service.names.paymentKind ?? 'fee',
        method: isDigital ? 'epay' : this.random.pick(['card', 'cash']),
        channel: this.told.channel,
      },
      { settledFils: feeFils, settledIn: this.edition() },
    );
  }

  private end(isPaper: boolean): void {
    const { random } = this;
    this.minute += random.between(5, 2 * MINUTES_A_DAY);
    const draw = random.next();
    if (draw < 0.9) {
      this.tell(
        'transaction.completed',
        {
          delivery: isPaper ? random.pick(['paper', 'inPerson']) : 'electronic',
          intended: random.isBelow(0.97),
        },
        { outcome: 'completed' },
      );
    } else if (draw < 0.945) {
      this.tell(
        'transaction.rejected',
        { reason: random.pick(['notEligible', 'incomplete', 'failed']) },
        { outcome: 'rejected' },
      );
    } else if (draw < 0.97) {
      this.tell('transaction.withdrawn', { by: 'customer' }, { outcome: 'withdrawn' });
    } else if (draw < 0.978) {
      this.tell('transaction.markedDuplicate', { ofNumber: 'S00000000' }, { outcome: 'duplicate' });
    } else if (draw < 0.985) {
      this.tell('transaction.transferred', { toEntityId: 'digital' }, { outcome: 'transferred' });
    }
  }

  private mend(): void {
    const { random, service } = this;
    const reason = { ar: 'تصحيح بعد المراجعة', en: 'Corrected on review' };
    if (this.told.outcome === 'completed' && this.told.settledFils > 0 && random.isBelow(0.01)) {
      this.minute += random.between(1, 10) * MINUTES_A_DAY;
      const amount = Math.ceil(this.told.settledFils / 2);
      this.tell(
        'transaction.paymentRefunded',
        { refundId: 'r1', paymentId: 'pay1', amount: String(amount) },
        { refundedFils: amount, refundedIn: this.edition() },
      );
    }
    if (random.isBelow(0.012)) {
      this.minute += random.between(1, 60) * MINUTES_A_DAY;
      const channel = random.pick(service.channels.filter((other) => other !== this.told.channel));
      if (!channel) return;
      this.tell(
        'transaction.corrected',
        { changes: { channel, assisted: false }, reason, requestedBy: 'entity' },
        { channel, isAssisted: false },
      );
    }
    if (this.told.settledFils === 0 && random.isBelow(0.02)) {
      this.minute += random.between(1, 30) * MINUTES_A_DAY;
      this.tell('transaction.voided', { reason, requestedBy: 'entity' }, { isVoided: true });
    }
  }
}
