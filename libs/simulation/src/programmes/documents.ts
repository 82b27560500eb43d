/** Documents that the services of a body are about. `id | Arabic | English` opens a body, `id: Arabic = English` are its documents. */
export const KNOWN_BODIES = `
dewa
clearance: شهادة براءة ذمة = clearance certificate; meter: فحص عداد = meter test
load: زيادة حمل كهربائي = load increase; charger: بطاقة شحن مركبة = vehicle charging card
dm
pest: تصريح مكافحة آفات = pest control permit; sign: تصريح لوحة إعلانية = signboard permit
soil: شهادة فحص تربة = soil test certificate; pool: ترخيص مسبح = swimming pool licence
police
night: تصريح عمل ليلي = night work permit; weapon: تصريح سلاح صيد = hunting weapon permit
accident: تقرير حادث = accident report; guard: بطاقة حارس أمن = security guard card
dha
facility: ترخيص منشأة صحية = health facility licence; birth: شهادة ميلاد = birth certificate
fitness: شهادة لياقة صحية = medical fitness certificate; vaccination: شهادة تطعيم = vaccination certificate
det
branch: رخصة فرع شركة = branch licence; home: رخصة مزاولة من المنزل = home business licence
guide: رخصة مرشد سياحي = tour guide licence; discount: تصريح تنزيلات = sales promotion permit
dld
broker: بطاقة وسيط عقاري = broker card; map: خريطة أرض = land map
mortgage: قيد رهن = mortgage entry; developer: قيد مطوّر عقاري = developer registration
customs
agent: ترخيص مخلّص جمركي = clearing agent licence; exemption: شهادة إعفاء جمركي = customs exemption
transit: بيان عبور = transit declaration; vehicle: شهادة مركبة مستوردة = imported vehicle certificate
courts
inheritance: حصر إرث = inheritance certificate; judgment: نسخة حكم = copy of a judgment
execution: شهادة تنفيذ = execution certificate; notary: تصديق كاتب عدل = notarisation
khda
transfer: شهادة انتقال مدرسي = school transfer certificate; teacher: تصريح تعيين معلم = teacher appointment permit
activity: تصريح نشاط مدرسي = school activity permit; training: ترخيص معهد تدريب = training institute licence
digital
stamp: ختم رقمي لجهة = digital seal of an entity; wallet: محفظة وثائق = document wallet
signature: توقيع رقمي = digital signature; sandbox: حساب تجريبي للمطورين = developer sandbox account
fuel
station: اعتماد محطة = station accreditation; fleet: بطاقة أسطول = fleet card
delivery: تصريح توصيل وقود = fuel delivery permit; oil: شهادة تخلص من زيوت = oil disposal certificate
telecom
number: رقم مميز = special number; fibre: خط ألياف ضوئية = fibre line
mast: موافقة برج اتصالات = mast approval; roaming: باقة تجوال = roaming package
`;

export const MORE_GOVERNMENT = `
gdrfa | الإدارة العامة للإقامة وشؤون الأجانب | General Directorate of Residency and Foreigners Affairs
residence: إقامة عائلية = family residence permit; visit: تأشيرة زيارة = visit visa
entry: إذن دخول = entry permit; golden: إقامة ذهبية = golden residence
finance | دائرة المالية | Department of Finance
deposit: شهادة إيداع رسوم = certificate of fees paid; supplier: شهادة مورّد = supplier certificate
receipt: إيصال حكومي = government receipt; budget: شهادة اعتماد مالي = certificate of funds
civil-defence | الدفاع المدني بدبي | Dubai Civil Defence
safety: شهادة سلامة = safety certificate; alarm: تصريح نظام إنذار = fire alarm permit
storage: تصريح تخزين مواد خطرة = hazardous storage permit; drill: شهادة تدريب إخلاء = evacuation training certificate
awqaf | مؤسسة الأوقاف وإدارة أموال القصّر | Endowments and Minors’ Trust Foundation
endowment: حجة وقف = endowment deed; guardianship: شهادة وصاية = guardianship certificate
minor: كشف حساب قاصر = statement of a minor’s account; rental: عقد إيجار وقفي = endowment lease
cda | هيئة تنمية المجتمع | Community Development Authority
sanad: بطاقة سند = Sanad card; senior: بطاقة ذخر = senior citizen card
club: ترخيص ناد اجتماعي = social club licence; counsellor: ترخيص مستشار أسري = family counsellor licence
sports | مجلس دبي الرياضي | Dubai Sports Council
race: تصريح سباق = race permit; academy: ترخيص أكاديمية رياضية = sports academy licence
coach: بطاقة مدرب = coach card; hall: تصريح استخدام صالة = sports hall permit
culture | هيئة الثقافة والفنون في دبي | Dubai Culture and Arts Authority
exhibition: تصريح معرض فني = art exhibition permit; artist: بطاقة فنان = artist card
library: عضوية مكتبة عامة = public library membership; heritage: تصريح تصوير موقع تراثي = heritage filming permit
prosecution | النيابة العامة في دبي | Dubai Public Prosecution
case: شهادة حالة قضية = case status certificate; order: نسخة أمر جزائي = copy of a penal order
travel: شهادة رفع منع سفر = travel ban clearance; visit: إذن زيارة نزيل = inmate visit permit
ambulance | مؤسسة دبي لخدمات الإسعاف | Dubai Corporation for Ambulance Services
cover: تصريح تغطية إسعافية = event ambulance cover; medic: ترخيص مسعف = paramedic licence
course: شهادة إسعافات أولية = first aid certificate; vehicle: ترخيص مركبة إسعاف = ambulance vehicle licence
housing | مؤسسة محمد بن راشد للإسكان | Mohammed Bin Rashid Housing Establishment
grant: منحة أرض سكنية = residential land grant; loan: قرض سكني = housing loan
maintenance: منحة صيانة مسكن = home maintenance grant; clearance: شهادة براءة ذمة سكنية = housing clearance certificate
islamic | دائرة الشؤون الإسلامية والعمل الخيري | Islamic Affairs and Charitable Activities Department
fatwa: وثيقة فتوى = written fatwa; preacher: ترخيص واعظ = preacher licence
fundraising: تصريح جمع تبرعات = fundraising permit; centre: ترخيص مركز تحفيظ = memorisation centre licence
maritime | سلطة دبي الملاحية | Dubai Maritime Authority
vessel: رخصة وسيلة بحرية = vessel licence; skipper: رخصة قائد قارب = skipper licence
berth: تصريح مرسى = berth permit; tour: تصريح رحلة بحرية = sea trip permit
aviation | هيئة دبي للطيران المدني | Dubai Civil Aviation Authority
drone: تصريح طائرة مسيّرة = drone permit; operator: رخصة مشغل طيران = air operator licence
obstacle: شهادة عدم ممانعة ارتفاع = height clearance; charter: تصريح رحلة خاصة = charter flight permit
legal | دائرة الشؤون القانونية | Government Legal Affairs Department
advocate: قيد محام = advocate registration; consultant: ترخيص مستشار قانوني = legal consultant licence
firm: ترخيص مكتب محاماة = law firm licence; training: بطاقة محام متدرب = trainee advocate card
licensing | دائرة التراخيص في المناطق الخاصة | Licensing Department of the Special Zones
operation: رخصة تشغيل = operation licence; health: شهادة صلاحية منشأة = premises fitness certificate
works: تصريح أعمال = works permit; crane: شهادة فحص رافعة = crane inspection certificate
women | مؤسسة دبي للمرأة | Dubai Women Establishment
nursery: ترخيص حضانة جهة عمل = workplace nursery licence; member: عضوية نادي = club membership
course: شهادة برنامج قيادي = leadership programme certificate; hall: تصريح استخدام قاعة = hall permit
statistics | مركز دبي للإحصاء | Dubai Statistics Centre
survey: تصريح مسح ميداني = field survey permit; table: جدول إحصائي مخصص = tailored statistical table
certificate: شهادة بيان إحصائي = statistical certificate; map: خريطة إحصائية = statistical map
future | مؤسسة دبي للمستقبل | Dubai Future Foundation
sandbox: تصريح تجربة تقنية = technology trial permit; lab: عضوية مختبر = laboratory membership
startup: اعتماد شركة ناشئة = start-up accreditation; course: شهادة تدريب تقني = technical training certificate
hr | دائرة الموارد البشرية لحكومة دبي | Dubai Government Human Resources Department
salary: شهادة راتب = salary certificate; service: شهادة خدمة = service certificate
card: بطاقة موظف = employee card; delegate: قرار انتداب = secondment decision
`;

export const MORE_SEMI_GOVERNMENT = `
airports | مطارات دبي | Dubai Airports
pass: تصريح دخول مطار = airport pass; parking: اشتراك مواقف مطار = airport parking subscription
film: تصريح تصوير في المطار = airport filming permit; shop: رخصة متجر مطار = airport shop licence
chambers | غرف دبي | Dubai Chambers
member: عضوية غرفة = chamber membership; origin: شهادة منشأ = certificate of origin
ata: دفتر إدخال مؤقت = temporary admission carnet; mediation: طلب وساطة تجارية = commercial mediation request
commodities | مركز السلع | Commodities Centre
company: رخصة شركة منطقة حرة = free zone company licence; lease: عقد مكتب = office lease
share: شهادة أسهم = share certificate; good: شهادة حسن قيد = certificate of good standing
cooling | مؤسسة التبريد المركزي | District Cooling Corporation
account: حساب تبريد = cooling account; meter: فحص عداد تبريد = cooling meter test
noc: شهادة عدم ممانعة تبريد = cooling clearance; move: إخلاء طرف تبريد = cooling move-out
`;

export const MORE_FIRMS = `
charity | جمعية المدينة الخيرية | City Charity
sponsor: كفالة يتيم = orphan sponsorship; donation: إيصال تبرع = donation receipt
volunteer: بطاقة متطوع = volunteer card; aid: طلب مساعدة = aid request
gas | شركة غاز المدينة | City Gas Company
account: حساب غاز = gas account; cylinder: تصريح أسطوانات = cylinder permit
inspection: شهادة فحص تمديدات = piping inspection certificate; noc: شهادة عدم ممانعة غاز = gas clearance
insurance | شركة المدينة للتأمين | City Insurance
motor: وثيقة تأمين مركبة = motor policy; health: وثيقة تأمين صحي = health policy
home: وثيقة تأمين منزل = home policy; claim: شهادة عدم مطالبة = no-claims certificate
business-centre | مراكز الأعمال المعتمدة | Accredited Business Centres
typing: طلب مطبوع = typed application; signature: بطاقة توقيع = signature card
translation: ترجمة معتمدة = certified translation; photo: صورة معتمدة = certified photograph
`;

export const FEDERAL_BODIES = `
ae.continuity | لجنة استمرارية الحكومة الاتحادية | Committee for the Continuity of the Federal Government
ae.labour | وزارة الموارد البشرية والتوطين | Ministry of Human Resources and Emiratisation
permit: تصريح عمل = work permit; contract: عقد عمل = employment contract
card: بطاقة منشأة = establishment card; quota: حصة تصاريح = permit quota
mission: تصريح مهمة = mission permit; juvenile: تصريح عمل حدث = juvenile work permit
ae.health | وزارة الصحة ووقاية المجتمع | Ministry of Health and Prevention
drug: تسجيل دواء = medicine registration; pharmacy: ترخيص صيدلية = pharmacy licence
import: إذن استيراد أدوية = medicine import permit; advert: ترخيص إعلان صحي = health advertising licence
birth: شهادة ميلاد اتحادية = federal birth certificate; practice: تقييم مهني = professional evaluation
ae.identity | الهيئة الاتحادية للهوية والجنسية | Federal Authority for Identity and Citizenship
identity: بطاقة هوية = identity card; passport: جواز سفر = passport
family: خلاصة قيد = family book extract; gcc: بطاقة هوية خليجية = GCC identity card
print: موعد بصمة = biometrics appointment; report: تقرير حركة سفر = travel movement report
ae.tax | الهيئة الاتحادية للضرائب | Federal Tax Authority
vat: تسجيل ضريبي = tax registration; group: مجموعة ضريبية = tax group
agent: قيد وكيل ضريبي = tax agent listing; residency: شهادة مقر ضريبي = tax residency certificate
excise: تسجيل سلعة انتقائية = excise goods registration; refund: استرداد ضريبي = tax refund
ae.energy | وزارة الطاقة والبنية التحتية | Ministry of Energy and Infrastructure
ship: تسجيل سفينة = ship registration; seafarer: جواز بحّار = seafarer book
housing: منحة إسكان اتحادي = federal housing grant; road: تصريح نقل بري = land transport permit
oil: تصريح تداول منتجات بترولية = petroleum trading permit; survey: شهادة معاينة بحرية = marine survey certificate
ae.education | وزارة التربية والتعليم | Ministry of Education
equivalence: معادلة شهادة = certificate equivalence; school: ترخيص مدرسة = school licence
exam: تسجيل امتحان = examination registration; transcript: كشف درجات = transcript
scholarship: بعثة دراسية = scholarship; experience: شهادة خبرة معلم = teacher experience certificate
`;
