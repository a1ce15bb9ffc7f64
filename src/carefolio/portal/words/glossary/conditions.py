"""Plain names of problems and allergies: SNOMED CT and ICD-10 codes, written from general knowledge."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.glossary.rows import read_table

CONDITIONS: Final = read_table(
    ("snomed.info", "icd-10"),
    """
# heart and blood vessels
38341003 59621000 I10 | High blood pressure | essential hypertension; hypertension; hypertensive disorder
53741008 I25.1 | Narrowed heart arteries | coronary heart disease; ischemic heart disease; coronary artery disease
414545008 | Narrowed heart arteries | ischemic heart disease
22298006 I21 | Heart attack | myocardial infarction; acute myocardial infarction
399211009 | Past heart attack | history of myocardial infarction
401303003 | Heart attack (STEMI) | acute ST segment elevation myocardial infarction
401314000 | Heart attack (NSTEMI) | acute non-ST segment elevation myocardial infarction
84114007 88805009 I50 | Heart failure | chronic congestive heart failure; congestive heart failure
49436004 I48 | Irregular heartbeat | atrial fibrillation
410429000 I46 | Cardiac arrest | heart stopped beating
429007001 | Past cardiac arrest | history of cardiac arrest
86175003 | Injury of the heart | injury of heart
194828000 I20 | Chest pain from the heart | angina pectoris; angina
29857009 R07.4 R07.9 | Chest pain
230690007 I63 I64 | Stroke | cerebrovascular accident; cerebral infarction
266257000 G45.9 | Mini-stroke | transient ischaemic attack; transient ischemic attack
706870000 59282003 I26 | Blood clot in the lung | acute pulmonary embolism; pulmonary embolism
132281000119108 128053003 I82 | Blood clot in a deep vein | acute deep venous thrombosis; deep vein thrombosis
60573004 | Narrowed heart valve (aortic) | aortic valve stenosis
128060009 I83 | Varicose veins
400047006 I73.9 | Narrowed leg arteries | peripheral vascular disease
55822004 E78 | High blood fats | hyperlipidaemia; hyperlipidemia; dyslipidemia
13644009 | High cholesterol | hypercholesterolaemia; hypercholesterolemia
302870006 | High triglycerides | hypertriglyceridaemia; hypertriglyceridemia
# sugar, hormones, weight
44054006 E11 | Type 2 diabetes | diabetes mellitus type 2; diabetes; type 2 diabetes mellitus
46635009 E10 | Type 1 diabetes | diabetes mellitus type 1; type 1 diabetes mellitus
15777000 714628002 R73.03 | Raised blood sugar, not yet diabetes | prediabetes
11687002 O24.4 | Diabetes in pregnancy | gestational diabetes mellitus
80394007 | High blood sugar | hyperglycaemia; hyperglycemia
237602007 | Blood fats, sugar and pressure raised together | metabolic syndrome; metabolic syndrome X
127013003 | Kidney disease from diabetes | diabetic renal disease; diabetic nephropathy
368581000119106 | Nerve damage from type 2 diabetes | neuropathy due to type 2 diabetes mellitus
422034002 | Eye damage from type 2 diabetes | diabetic retinopathy associated with type II diabetes mellitus
1551000119108 | Eye damage from type 2 diabetes | nonproliferative diabetic retinopathy due to type 2 diabetes mellitus
1501000119109 | Eye damage from type 2 diabetes | proliferative diabetic retinopathy due to type II diabetes mellitus
97331000119101 | Swelling in the eye from type 2 diabetes | \
macular oedema and retinopathy due to type 2 diabetes mellitus
90781000119102 | Protein in urine from type 2 diabetes | microalbuminuria due to type 2 diabetes mellitus
157141000119108 | Protein in urine from type 2 diabetes | proteinuria due to type 2 diabetes mellitus
60951000119105 | Sight loss from type 2 diabetes | blindness due to type 2 diabetes mellitus
40930008 E03 | Underactive thyroid | hypothyroidism; idiopathic atrophic hypothyroidism; acquired hypothyroidism
83664006 E06.3 | Underactive thyroid | idiopathic atrophic hypothyroidism; autoimmune thyroiditis
34486009 E05 | Overactive thyroid | hyperthyroidism
162864005 408512008 E66.0 E66.1 E66.2 E66.8 E66.9 | Obesity | body mass index 30+ - obesity; obesity; \
body mass index 40+ - severely obese
64859006 M81 | Thin bones | osteoporosis
443165006 | Broken bone from thin bones | pathological fracture due to osteoporosis; \
pathological fracture due to osteoporosis (disorder)
90560007 M10 | Gout
# lungs, nose, throat, ears
195967001 J45 | Asthma
J45.901 | Asthma attack | acute exacerbation of asthma
233678006 | Childhood asthma
13645005 J44 | Long-term lung disease (COPD) | chronic obstructive lung disease; chronic obstructive pulmonary disease
185086009 | Long-term bronchitis (COPD) | chronic obstructive bronchitis
87433001 J43 | Damaged air sacs in the lungs | pulmonary emphysema; emphysema
32398004 J40 | Bronchitis
10509002 J20 | Chest infection | acute bronchitis; acute bronchitis (disorder)
233604007 J18 | Lung infection | pneumonia
444814009 | Blocked sinuses from a virus | viral sinusitis
36971009 J01 | Blocked sinuses | sinusitis; acute sinusitis
75498004 | Blocked sinuses from bacteria | acute bacterial sinusitis
40055000 J32 | Long-term blocked sinuses | chronic sinusitis
195662009 | Sore throat from a virus | acute viral pharyngitis
43878008 | Strep throat | streptococcal sore throat
267102003 J02.9 | Sore throat | sore throat symptom
J03 90176007 | Tonsillitis
J06 54150009 82272006 | Cold | upper respiratory infection; common cold
J30 61582004 | Hay fever | allergic rhinitis; seasonal allergic rhinitis
232353008 446096008 | Year-round stuffy nose from allergy | perennial allergic rhinitis; \
perennial allergic rhinitis with seasonal variation
367498001 | Hay fever | seasonal allergic rhinitis
65363002 H66 | Middle ear infection | otitis media
840539006 U07.1 | COVID-19
840544004 | Possible COVID-19 | suspected COVID-19; suspected disease caused by severe acute respiratory coronavirus 2
6142004 J11 J10 | Flu | influenza
65710008 | Lungs suddenly failing | acute respiratory failure
67782005 | Severe lung failure (ARDS) | acute respiratory distress syndrome
389087006 | Too little oxygen in the blood | hypoxaemia; hypoxemia
271825005 | Trouble breathing | respiratory distress
267036007 R06.0 | Shortness of breath | dyspnoea; dyspnea
60845006 | Shortness of breath when active | dyspnoea on exertion; dyspnea on exertion
56018004 | Wheezing
49727002 R05 | Cough
248595008 | Phlegm | sputum finding; productive cough
66857006 | Coughing up blood | haemoptysis; hemoptysis
68235000 | Stuffy nose | nasal congestion
254637007 | Lung cancer (non-small cell) | non-small cell lung cancer
424132000 | Lung cancer (non-small cell), stage 1 | non-small cell carcinoma of lung, TNM stage 1
254632001 | Lung cancer (small cell) | small cell carcinoma of lung
162573006 | Possible lung cancer | suspected lung cancer
# digestion, kidneys, blood
A09 25374005 | Stomach bug | gastroenteritis
235595009 K21 | Acid reflux | gastro-oesophageal reflux disease; gastroesophageal reflux disease
74400008 K35 K37 | Inflamed appendix | appendicitis
428251008 | Appendix taken out in the past | history of appendectomy
47693006 | Burst appendix | ruptured appendix
68496003 K63.5 | Growth in the bowel | polyp of colon
713197008 | Growth in the back passage, come back | recurrent rectal polyp
K58 10743008 | Irritable bowel | irritable bowel syndrome
34000006 | Crohn's disease
64766004 K51 | Inflamed bowel | ulcerative colitis
235919008 | Gallstones | gallbladder calculus
39621005 | Gallbladder disease | disorder of gallbladder
267060006 R19.7 | Diarrhoea | diarrhea symptom
422587007 R11 | Feeling sick | nausea; nausea (finding)
249497008 422400008 | Being sick | vomiting symptom; vomiting
38822007 N30 | Bladder infection | cystitis
301011002 | Urine infection | Escherichia coli urinary tract infection
68566005 N39.0 | Urine infection | urinary tract infection
431855005 | Early kidney disease (stage 1) | chronic kidney disease stage 1
431856006 | Mild kidney disease (stage 2) | chronic kidney disease stage 2
433144002 | Moderate kidney disease (stage 3) | chronic kidney disease stage 3
431857002 | Severe kidney disease (stage 4) | chronic kidney disease stage 4
46177005 | Kidney failure | end-stage renal disease
709044004 N18 | Long-term kidney disease | chronic kidney disease
40095003 | Injury of the kidney | injury of kidney
271737000 D64.9 | Low red blood count | anaemia; anemia
87522002 D50 | Low iron | iron-deficiency anaemia; iron deficiency anemia
91302008 A41 | Body-wide reaction to infection | sepsis
770349000 | Body-wide reaction to a virus | sepsis caused by virus
76571007 | Life-threatening infection | septic shock
363406005 C18 | Bowel cancer | malignant neoplasm of colon; malignant tumor of colon
109838007 | Bowel cancer | overlapping malignant neoplasm of colon
93761005 | Bowel cancer | primary malignant neoplasm of colon
# bones, joints, injuries
239873007 M17 | Worn knee joint | osteoarthritis of knee
239872002 M16 | Worn hip joint | osteoarthritis of hip
201834006 | Worn joints of the hand | localized, primary osteoarthritis of the hand
396275006 M19 | Worn joint | osteoarthritis
69896004 M06 | Inflamed joints | rheumatoid arthritis
M54.5 279039007 | Low back pain
278860009 | Long-term low back pain | chronic low back pain
1121000119107 | Long-term neck pain | chronic neck pain
82423001 | Long-term pain | chronic pain
95417003 | Widespread long-term pain | primary fibromyalgia syndrome; fibromyalgia
57676002 | Joint pain | arthralgia
68962001 | Muscle pain | myalgia
S83.2 | Torn cartilage in the knee | torn meniscus
444470001 | Knee ligament injury | injury of anterior cruciate ligament
307731004 | Shoulder tendon injury | injury of tendon of the rotator cuff of shoulder
239720000 | Torn cartilage in the knee | tear of meniscus of knee
65966004 | Broken forearm | fracture of forearm
263102004 | Broken wrist | fracture subluxation of wrist
16114001 | Broken ankle | fracture of ankle
33737001 | Broken rib | fracture of rib
58150001 | Broken collarbone | fracture of clavicle
359817006 | Broken hip | closed fracture of hip
15724005 | Broken bone in the back | fracture of vertebral column without spinal cord injury
283371005 | Cut on the forearm | laceration of forearm
283385000 | Cut on the thigh | laceration of thigh
284551006 | Cut on the foot | laceration of foot
284549007 | Cut on the hand | laceration of hand
370247008 | Cut on the face | facial laceration
44465007 | Sprained ankle | sprain of ankle
70704007 | Sprained wrist | sprain of wrist
39848009 | Neck strain | whiplash injury to neck
62106007 | Concussion without passing out | concussion with no loss of consciousness
62564004 | Concussion with passing out | concussion with loss of consciousness
110030002 | Concussion | concussion injury of brain
48333001 T30 | Burn | burn injury
403190006 | First-degree burn | epidermal burn of skin
403191005 | Second-degree burn | partial thickness burn
# mind and nerves
F32 370143000 35489007 | Depression | major depression disorder; depressive disorder; major depressive disorder
F41 F41.9 48694002 197480006 | Anxiety | anxiety disorder
47505003 F43.1 | Stress after a trauma | posttraumatic stress disorder; post-traumatic stress disorder
192127007 F90 | Attention and activity problem (ADHD) | child attention deficit disorder; \
attention deficit hyperactivity disorder
7200002 F10.2 | Alcohol dependence | alcoholism
5602001 | Opioid dependence | opioid abuse
55680006 | Overdose | drug overdose
361055000 | Drug misuse | misuses drugs
449868002 77176002 | Smoking every day | smokes tobacco daily; smoker
G43 37796009 | Migraine
124171000119105 | Long-term migraine, hard to treat | chronic intractable migraine without aura
R51 25064002 | Headache
84757009 128613002 G40 | Epilepsy | seizure disorder
703151001 | One past seizure | history of single seizure
26929004 G30 | Alzheimer's disease
230265002 | Alzheimer's disease, starting early | familial Alzheimer's disease of early onset
G20 49049000 | Parkinson's disease
193462001 G47.0 | Trouble sleeping | insomnia
78275009 | Breathing stops in sleep | obstructive sleep apnoea; obstructive sleep apnea syndrome
# skin, eyes, teeth
L20 24079001 | Eczema | atopic dermatitis
43116000 L30.9 | Eczema
40275004 | Skin rash from contact | contact dermatitis
L40 9014002 | Psoriasis
L50 126485001 | Hives | urticaria
H26 193570009 | Cloudy lens in the eye | cataract
H40 23986001 | High pressure in the eye | glaucoma
K02 80967001 | Tooth decay | dental caries
K05.0 K05.1 66383009 | Inflamed gums | gingivitis
196416002 | Stuck wisdom teeth | impacted molars
# pregnancy, women, men
72892002 77386006 Z34 | Pregnancy | normal pregnancy
19169002 | Early loss of pregnancy | miscarriage in first trimester
35999006 | Empty pregnancy sac | blighted ovum
79586000 | Pregnancy outside the womb | tubal pregnancy
398254007 | High blood pressure in pregnancy | pre-eclampsia; preeclampsia
198992004 | Fits in pregnancy | antepartum eclampsia
156073000 | Problem of the unborn baby | fetus with unknown complication
254837009 C50 | Breast cancer | malignant neoplasm of breast
126906006 | Growth in the prostate | neoplasm of prostate
92691004 | Early prostate cancer | carcinoma in situ of prostate
N40 266569009 | Enlarged prostate | benign prostatic hyperplasia
# general signs
386661006 R50 | Fever
84229001 R53 | Tiredness | fatigue
36955009 | Loss of taste
43724002 | Chills | chill
271807003 | Skin rash | eruption of skin
241929008 | Sudden allergic reaction | acute allergic reaction
423315002 | Limited working ability
# allergies
232350006 | House dust mites | house dust mite allergy; allergy to house dust mite
419474003 | Mould | allergy to mould; allergy to mold
91934008 | Nuts | allergy to nut
232347008 | Animal hair and skin | dander (animal) allergy; allergy to dander
419263009 | Tree pollen | allergy to tree pollen
300913006 | Shellfish | shellfish allergy; allergy to shellfish
418689008 | Grass pollen | allergy to grass pollen
424213003 | Bee stings | allergy to bee venom
91935009 | Peanuts | allergy to peanuts; allergy to peanut
91930004 | Eggs | allergy to eggs; allergy to egg protein
300916003 | Latex | latex allergy; allergy to latex
420174000 | Wheat | allergy to wheat
417532002 | Fish | allergy to fish
425525006 | Milk products | allergy to dairy product
714035009 | Soya | allergy to soya
91936005 294505008 | Penicillin | allergy to penicillin; allergy to amoxicillin
293586001 | Aspirin | allergy to aspirin
""",
)
