import type { FailureTable } from '#kernel';

export const transactionFailures = {
  'transaction.alreadyReceived': {
    kind: 'conflict',
    en: 'The transaction {number} was received already and cannot start again.',
    ar: 'المعاملة {number} مستلمة من قبل ولا يمكن أن تبدأ من جديد.',
  },
  'transaction.notReceived': {
    kind: 'refused',
    en: 'The transaction {number} was started and not yet received.',
    ar: 'بدأت المعاملة {number} ولم تُستلم بعد.',
  },
  'transaction.closed': {
    kind: 'conflict',
    en: 'The transaction {number} has its outcome: {outcome}.',
    ar: 'للمعاملة {number} نتيجة مسجّلة: {outcome}.',
  },
  'transaction.voided': {
    kind: 'conflict',
    en: 'The transaction {number} was voided.',
    ar: 'أُبطلت المعاملة {number}.',
  },
  'transaction.foreignSource': {
    kind: 'forbidden',
    en: 'The source {source} neither opened this transaction nor owns it, and is not among its handlers.',
    ar: 'المصدر {source} لم يفتح هذه المعاملة ولا يملكها وليس من معالجيها.',
  },
  'transaction.foreignService': {
    kind: 'refused',
    en: 'The service {serviceId} belongs to {owner} and not to {entityId}.',
    ar: 'الخدمة {serviceId} تخص {owner} ولا تخص {entityId}.',
  },
  'transaction.flowMismatch': {
    kind: 'refused',
    en: 'The flow {flow} does not go with {other}.',
    ar: 'المسار {flow} لا يتوافق مع {other}.',
  },
  'transaction.selfDuplicate': {
    kind: 'refused',
    en: 'The transaction {number} cannot be its own duplicate.',
    ar: 'لا يمكن أن تكون المعاملة {number} مكررة عن نفسها.',
  },
  'transaction.correctionInvalid': {
    kind: 'refused',
    en: 'The corrected transaction would break the rules of receipt or outcome: {members}.',
    ar: 'المعاملة بعد التصحيح تخالف قواعد الاستلام أو النتيجة: {members}.',
  },
  'service.informational': {
    kind: 'refused',
    en: 'The service {serviceId} only informs: it has views and no transactions.',
    ar: 'الخدمة {serviceId} معلوماتية: لها مشاهدات وليس لها معاملات.',
  },
  'service.shared': {
    kind: 'refused',
    en: 'The service {serviceId} is shared by other services and has no transactions of its own.',
    ar: 'الخدمة {serviceId} مشتركة بين الخدمات وليس لها معاملات.',
  },
  'document.sheetsOnDigital': {
    kind: 'refused',
    en: 'The digital document {documentId} cannot have sheets.',
    ar: 'لا يمكن أن يكون للوثيقة الرقمية {documentId} أوراق.',
  },
  'payment.conflict': {
    kind: 'conflict',
    en: 'The payment {paymentId} is already there with other content.',
    ar: 'الدفعة {paymentId} مسجّلة بمحتوى مختلف.',
  },
  'payment.unknown': {
    kind: 'missing',
    en: 'The transaction has no payment {paymentId}.',
    ar: 'لا توجد في المعاملة دفعة بالمعرّف {paymentId}.',
  },
  'payment.overRefunded': {
    kind: 'refused',
    en: 'The refunds of {paymentId} would come to {refunded} fils, above the payment of {paid}.',
    ar: 'مجموع المبالغ المستردة من {paymentId} يصبح {refunded} فلساً، أي فوق الدفعة وهي {paid}.',
  },
  'payment.hasRefunds': {
    kind: 'refused',
    en: 'The payment {paymentId} has refunds. Void those first.',
    ar: 'للدفعة {paymentId} مبالغ مستردة، فأبطلها أولاً.',
  },
} as const satisfies FailureTable;
