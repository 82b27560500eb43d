import { type FailureTable, failingWith } from '#kernel';

/** Everything that can keep the embedded PostgreSQL from running. Each sentence says how to go on. */
export const postgresFailures = {
  'postgres.platformMissing': {
    kind: 'unavailable',
    en: 'There is no embedded PostgreSQL for {platform}; it exists for {supported}. Set DATABASE_URL to use a server of your own.',
    ar: 'لا تتوفر نسخة مضمّنة من PostgreSQL للمنصة {platform}، وهي متوفرة للمنصات {supported}. عيّن DATABASE_URL لاستخدام خادم خاص بك.',
  },
  'postgres.mainThreadOnly': {
    kind: 'refused',
    en: 'PostgreSQL must be started from the main thread: it is told to stop when the thread that started it ends.',
    ar: 'يجب تشغيل PostgreSQL من الخيط الرئيسي، لأنه يتوقف عند انتهاء الخيط الذي شغّله.',
  },
  'postgres.accountMissing': {
    kind: 'unavailable',
    en: 'PostgreSQL never runs as root, and none of the users {names} exists. Create one of them, or set DATABASE_URL.',
    ar: 'لا يعمل PostgreSQL بحساب الجذر، ولا يوجد أي من المستخدمين {names}. أنشئ أحدهم أو عيّن DATABASE_URL.',
  },
  'postgres.accountUnknown': {
    kind: 'unavailable',
    en: 'User id {uid} has no entry in the user database, and PostgreSQL does not start without one. Use a named user, or set DATABASE_URL.',
    ar: 'رقم المستخدم {uid} غير مسجّل في قاعدة المستخدمين، ولا يعمل PostgreSQL بدونه. استخدم مستخدماً مسمّى أو عيّن DATABASE_URL.',
  },
  'postgres.folderForeign': {
    kind: 'forbidden',
    en: 'The data folder {folder} does not belong to user {user}. Start as the user who made it, or give it away with chown -R.',
    ar: 'مجلد البيانات {folder} لا يخص المستخدم {user}. شغّل بحساب من أنشأه، أو انقل ملكيته بالأمر chown -R.',
  },
  'postgres.folderUnreachable': {
    kind: 'forbidden',
    en: 'The data folder {folder} holds a database, but user {user} can no longer walk through {blocked}. Allow it with chmod o+x.',
    ar: 'يحتوي المجلد {folder} على قاعدة بيانات، لكن المستخدم {user} لم يعد قادراً على المرور عبر {blocked}. اسمح بذلك بالأمر chmod o+x.',
  },
  'postgres.locationInvalid': {
    kind: 'corrupt',
    en: 'The file {file} names {target}, which is not a folder below {state}. Correct or remove it.',
    ar: 'يشير الملف {file} إلى {target} وهو ليس مجلداً ضمن {state}. صحّحه أو احذفه.',
  },
  'postgres.binariesForeign': {
    kind: 'forbidden',
    en: 'The folder {folder} should hold our copy of PostgreSQL, but somebody else owns it or may write to it. Remove it.',
    ar: 'يُفترض أن يحتوي المجلد {folder} على نسختنا من PostgreSQL، لكن غيرنا يملكه أو يستطيع الكتابة فيه. احذفه.',
  },
  'postgres.passwordsMissing': {
    kind: 'corrupt',
    en: 'The data folder is there but its password file {file} is not. Bring the file back from a backup.',
    ar: 'مجلد البيانات موجود لكن ملف كلمات المرور {file} غير موجود. استعد الملف من نسخة احتياطية.',
  },
  'postgres.roleUnknown': {
    kind: 'missing',
    en: 'The database has no login role {role}; it has {roles}.',
    ar: 'لا يوجد في قاعدة البيانات دور دخول باسم {role}، والأدوار الموجودة: {roles}.',
  },
  'postgres.portTaken': {
    kind: 'conflict',
    en: 'Port {port} on 127.0.0.1 is in use. Choose another one, or none to get a free one.',
    ar: 'المنفذ {port} على 127.0.0.1 مستخدم. اختر منفذاً آخر، أو لا تحدد منفذاً ليُختار منفذ حر.',
  },
  'postgres.lockHeld': {
    kind: 'conflict',
    en: 'Process {pid} has been starting PostgreSQL on this folder for more than {seconds} seconds; its lock is {file}.',
    ar: 'العملية {pid} تحاول تشغيل PostgreSQL على هذا المجلد منذ أكثر من {seconds} ثانية، وقفلها هو {file}.',
  },
  'postgres.initFailed': {
    kind: 'unavailable',
    en: 'The data folder could not be made. The last lines of {file}: {log}',
    ar: 'تعذّر إنشاء مجلد البيانات. آخر أسطر الملف {file}: {log}',
  },
  'postgres.startFailed': {
    kind: 'unavailable',
    en: 'PostgreSQL did not start. The last lines of {file}: {log}',
    ar: 'لم يبدأ PostgreSQL. آخر أسطر الملف {file}: {log}',
  },
  'postgres.startInterrupted': {
    kind: 'unavailable',
    en: 'The start of PostgreSQL was called off; what it had begun is undone.',
    ar: 'أُلغي تشغيل PostgreSQL وجرى التراجع عمّا بدأ منه.',
    isRetryable: true,
  },
  'postgres.leftoverProcesses': {
    kind: 'conflict',
    en: 'Processes {pids} of an earlier server still use the data folder {folder}. End them and start again.',
    ar: 'ما زالت العمليات {pids} من خادم سابق تستخدم مجلد البيانات {folder}. أنهها ثم أعد التشغيل.',
  },
  'postgres.stopFailed': {
    kind: 'unavailable',
    en: 'PostgreSQL (process {pid}) is still running after being told to stop twice.',
    ar: 'ما زال PostgreSQL (العملية {pid}) يعمل بعد أن طُلب منه التوقف مرتين.',
  },
} as const satisfies FailureTable;

export const refuse = failingWith(postgresFailures);
