"""Plain names of visits, treatments and vaccines: SNOMED CT and CVX codes, written from general knowledge."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.glossary.rows import read_table

VISITS: Final = read_table(
    ("snomed.info",),
    """
185349003 | Check-up | encounter for check up; encounter for 'check-up'
162673000 | General check-up | general examination of patient
185347001 1853470 | Visit for a problem | encounter for problem
185345009 | Visit for a symptom | encounter for symptom
371883000 | Day treatment | outpatient procedure
390906007 | Follow-up visit | follow-up encounter; hypertension follow-up encounter
424619006 | Pregnancy check | prenatal visit
424441002 | First pregnancy check | prenatal initial visit
169762003 | Check after a birth | postnatal visit
448337001 | Video or phone visit | telemedicine consultation with patient
410620009 | Child check-up | well child visit
183452005 32485007 | Hospital stay | encounter inpatient; hospital admission
308540004 | Hospital stay | inpatient stay
50849002 | Emergency visit | emergency room admission; emergency encounter
308335008 | Visit | patient encounter procedure
698314001 | Treatment visit | consultation for treatment
702927004 | Urgent care visit | urgent care clinic
308646001 | Death certificate | death certification
210098006 | Home visit | domiciliary or rest home patient evaluation and management
394701000 | Asthma check | asthma follow-up
183460006 | Emergency hospital stay in pregnancy | obstetric emergency hospital admission
56876005 | Treatment for drug dependence | drug rehabilitation and detoxification
1505002 | Hospital stay, kept apart from others | hospital admission for isolation
316744009 | Visit | office visit
305351004 | Stay in intensive care | admission to intensive care unit
305411003 | Stay for chest surgery | admission to thoracic surgery department
183495009 | Planned stay for bones or joints | non-urgent orthopedic admission
170837001 | First allergy check | allergic disorder initial assessment
170838006 | Allergy follow-up | allergic disorder follow-up assessment
183478001 | Emergency hospital stay for asthma | emergency hospital admission for asthma
79094001 | First visit for mental health | initial psychiatric interview with mental status evaluation
270427003 | Visit that you asked for | patient-initiated encounter
""",
)

PROCEDURES: Final = read_table(
    ("snomed.info", "loinc.org", "carefolio.org"),
    """
430193006 | Medicines checked | medication reconciliation
428191000124101 | Medicines written down | documentation of current medications
180256009 | Allergy injections | subcutaneous immunotherapy
703423002 | Cancer medicines with radiation | combined chemotherapy and radiation therapy
367336001 | Cancer medicines | chemotherapy
398171003 | Hearing test | hearing examination
16335031000119103 | Detailed chest scan | high resolution computed tomography of chest without contrast
371908008 | Oxygen by mask | oxygen administration by mask
431182000 | Turned to lie face down | placing subject in prone position
274804006 | Height of the womb measured | evaluation of uterine fundal height
225158009 | Baby's heartbeat listened to | auscultation of the fetal heart
127783003 | Breathing test | spirometry
23426006 | Breathing test | measurement of respiratory function
73761001 | Look inside the bowel | colonoscopy
76601001 | Injection into a muscle | intramuscular injection
229064008 | Movement therapy
410006001 | Exam of the back passage | digital examination of rectum
399208008 | Chest X-ray | plain chest X-ray
26763009 | Breathing machine | controlled ventilation procedure and therapy, initiation and management
180325003 | Heart rhythm reset by a shock | electrical cardioversion
261352009 | Face mask
104091002 | Blood count | hemoglobin / hematocrit / platelet count
15081005 | Training for the lungs | pulmonary rehabilitation
65546002 | Wisdom tooth taken out | extraction of wisdom tooth
34552-0 433236007 | Heart ultrasound | transthoracic echocardiography; trans thoracic echocardiogram
171207006 | Questions about low mood | depression screening
302497006 265764009 | Blood cleaned by a machine | haemodialysis; hemodialysis; renal dialysis
117015009 | Throat swab | throat culture
274474001 | Bone held still | bone immobilization
311791003 | Questions about health | information gathering
252160004 | Pregnancy test | standard pregnancy test
169230002 | Ultrasound of the unborn baby | ultrasound scan for fetal viability
271442007 | Ultrasound of the baby's body | fetal anatomy study
5880005 | Check after birth | physical examination following birth
288086009 | Wound stitched | suture open wound
443529005 | Test for chromosome changes | screening for chromosomal aneuploidy in prenatal amniotic fluid
275833003 | Pregnancy blood test (AFP) | alpha-fetoprotein test
399014008 | Vaccination against diphtheria, whooping cough and tetanus | \
vaccination for diphtheria, pertussis, and tetanus
268556000 | Urine test for sugar | urine screening for glucose
118001005 | Test for group B strep | streptococcus pneumoniae group B antigen test
44608003 | Blood group test | blood typing, RH typing
47758006 | Hepatitis B test | hepatitis B surface antigen measurement
31676001 | HIV test | human immunodeficiency virus antigen test
310861008 | Chlamydia test | chlamydia antigen test
80146002 | Appendix taken out | appendectomy; appendicectomy
232717009 | Heart bypass operation | coronary artery bypass grafting
415070008 | Heart artery opened | percutaneous coronary intervention
electrocardiogram 29303009 | Heart tracing (ECG) | 12-lead electrocardiogram; electrocardiogram
ambulatory-blood-pressure | Blood pressure over 24 hours | 24-hour blood pressure monitoring
diabetic-eye-screening | Eye check for diabetes | diabetic eye screening
diabetic-foot-check | Foot check for diabetes | diabetic foot check
706004007 | Heart pacemaker | implantable cardiac pacemaker
409534002 | Breathing mask | disposable air-purifying respirator
72506001 | Heart shock device | implantable defibrillator
""",
)

VACCINES: Final = read_table(
    ("/cvx",),
    """
140 141 150 88 | Flu vaccine | influenza, seasonal, injectable, preservative free; seasonal flu
113 09 | Tetanus and diphtheria vaccine | Td (adult) preservative free
115 | Tetanus, diphtheria and whooping cough vaccine | Tdap
20 | Diphtheria, tetanus and whooping cough vaccine | DTaP
130 | 4-in-1 booster vaccine | DTaP, polio
146 | 6-in-1 vaccine | DTaP, polio, Hib, hepatitis B
133 | Pneumonia vaccine (PCV13) | pneumococcal conjugate PCV 13
33 | Pneumonia vaccine (PPSV23) | pneumococcal polysaccharide vaccine, 23 valent
114 | Meningitis vaccine (ACWY) | meningococcal MCV4P
163 | Meningitis B vaccine | MenB
62 165 | HPV vaccine | HPV, quadrivalent; HPV (9-valent)
52 83 | Hepatitis A vaccine | hep A, adult; hep A, ped/adol, 2 dose
43 08 | Hepatitis B vaccine | hep B, adult; hep B, adolescent or pediatric
121 187 | Shingles vaccine | zoster
10 | Polio vaccine | IPV
49 | Hib vaccine | Hib (PRP-OMP)
119 | Rotavirus vaccine | rotavirus, monovalent
21 | Chickenpox vaccine | varicella
03 | Measles, mumps and rubella vaccine | MMR
207 208 210 212 213 | COVID-19 vaccine | SARS-COV-2 (COVID-19) vaccine
""",
)
