"""Plain names of what is measured: LOINC codes, and what each shows, written from general knowledge."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.glossary.rows import read_table

MEASURES: Final = read_table(
    ("loinc.org", "carefolio.org"),
    """
# body
29463-7 3141-9 | Weight | body weight
8302-2 | Height | body height
39156-5 | Body mass index (BMI) | body mass index | your weight for your height
59576-9 | Body mass index for age | body mass index (BMI) percentile per age and gender | \
how a child's weight compares with other children
77606-2 | Weight for length | weight-for-length per age and sex | how a baby's weight compares with other babies
9843-4 8287-5 | Head size | head occipital-frontal circumference; head circumference
8289-1 | Head size for age | head occipital-frontal circumference percentile
85354-9 55284-4 35094-2 | Blood pressure | blood pressure panel; blood pressure | \
how hard your blood pushes on your arteries
8480-6 | Upper blood pressure | systolic blood pressure | the pressure when the heart beats
8462-4 | Lower blood pressure | diastolic blood pressure | the pressure between heartbeats
8867-4 | Heart rate | pulse | how often your heart beats in a minute
9279-1 | Breathing rate | respiratory rate | how often you breathe in a minute
8310-5 8331-1 | Body temperature | oral temperature
2708-6 59408-5 | Oxygen level in your blood | oxygen saturation; oxygen saturation in arterial blood | \
how much oxygen your blood carries
72514-3 38208-5 | Pain score | pain severity; pain severity - reported | how strong the pain was, from 0 to 10
91148-7 | Pain in daily life | pain intensity, enjoyment of life, general activity (PEG) 3 item pain scale
33452-4 33452-3 | Blowing strength | peak expiratory flow | how fast you can breathe out
19926-5 | Lung test (FEV1/FVC) | FEV1/FVC | how well air flows out of your lungs
10230-1 | Pumping strength of the heart | left ventricular ejection fraction
44261-6 | Depression questionnaire (PHQ-9) | PHQ-9 depression score
72166-2 | Smoking | tobacco smoking status; tobacco smoking status NHIS
882-1 | Blood group | ABO and Rh blood group
11778-8 | Expected date of birth
18185-9 | Weeks of pregnancy | gestational age
11881-0 | Height of the womb | fundal height
55283-6 | Baby's heart rate | fetal heart rate
8339-4 | Birth weight
eczema-score | Eczema score | eczema severity score | how strong the eczema is, from 0 to 72
headache-days | Headache days in a month | days with headache in a month
knee-flexion | Knee bend | knee flexion
dmft | Teeth with decay or fillings | decayed, missing and filled teeth
# sugar and fats
4548-4 17856-6 59261-8 | Long-term blood sugar | HbA1c; hemoglobin A1c/hemoglobin.total in blood | \
your average blood sugar over 2 to 3 months
14771-0 1558-6 | Fasting blood sugar | fasting glucose | the sugar in your blood before eating
2339-0 2345-7 15074-8 | Blood sugar | glucose | the sugar in your blood
14647-2 2093-3 | Total cholesterol | | the fats in your blood
14646-4 2085-9 | Good cholesterol (HDL) | HDL cholesterol; high density lipoprotein cholesterol | \
the fat that protects arteries
22748-8 18262-6 13457-7 | Bad cholesterol (LDL) | LDL cholesterol; low density lipoprotein cholesterol | \
the fat that can block arteries
14927-8 2571-8 | Triglyceride level | triglycerides | a fat in your blood
# salts and kidneys
2951-2 2947-0 | Sodium | | a salt that keeps the body's water in balance
2823-3 6298-4 | Potassium | | a salt that nerves, muscles and the heart need
2075-0 2069-3 | Chloride | | a salt that goes with sodium
2028-9 20565-8 | Carbon dioxide in blood | carbon dioxide; carbon dioxide, total | how acid your blood is
17861-6 49765-1 | Calcium | | a mineral for bones, nerves and muscles
22664-7 | Urea | | waste that the kidneys clear
6299-2 3094-0 | Urea nitrogen | | waste that the kidneys clear
14682-9 38483-4 2160-0 | Creatinine | | waste that the kidneys clear
33914-3 62238-1 69405-9 98979-8 | Kidney filter rate (eGFR) | \
estimated glomerular filtration rate; glomerular filtration rate | \
how well your kidneys clean the blood
9318-7 14959-1 | Protein in urine | albumin/creatinine ratio in urine; microalbumin creatinine ratio | \
an early sign of kidney strain
2885-2 | Total protein | protein
1751-7 | Albumin | | a protein that the liver makes
10834-0 | Globulin | | a group of proteins in your blood
# liver and heart
1742-6 | Liver test (ALT) | alanine aminotransferase | how the liver is doing
1920-8 | Liver test (AST) | aspartate aminotransferase | how the liver is doing
6768-6 | Liver and bone test (ALP) | alkaline phosphatase | how the liver and bones are doing
14631-6 1975-2 | Bilirubin | total bilirubin; bilirubin.total | a yellow waste that the liver clears
89579-7 | Heart muscle test (troponin) | troponin I.cardiac | whether the heart muscle was hurt
2157-6 | Muscle test (CK) | creatine kinase | whether a muscle was hurt
14804-9 | Tissue damage test (LDH) | lactate dehydrogenase | whether cells were hurt
33762-6 | Heart strain test (NT-proBNP) | natriuretic peptide.B prohormone N-terminal | how hard the heart has to work
# blood count and clotting
718-7 | Haemoglobin | hemoglobin | the part of blood that carries oxygen
4544-3 20570-8 | Share of red cells | haematocrit; hematocrit | how much of your blood is red cells
789-8 | Red blood cell count | erythrocytes | the cells that carry oxygen
6690-2 | White blood cell count | leukocytes | the cells that fight infection
777-3 | Platelet count | platelets | the cells that stop bleeding
787-2 | Size of red cells | mean cell volume; MCV
785-6 | Haemoglobin per red cell | MCH
786-4 | Haemoglobin strength in red cells | MCHC
788-0 21000-5 | Spread of red cell sizes | erythrocyte distribution width
32207-3 | Spread of platelet sizes | platelet distribution width
32623-1 | Size of platelets | platelet mean volume
770-8 | Share of neutrophils | neutrophils/100 leukocytes | white cells against bacteria
736-9 | Share of lymphocytes | lymphocytes/100 leukocytes | white cells against viruses
5905-5 | Share of monocytes | monocytes/100 leukocytes | white cells that clear up
713-8 | Share of eosinophils | eosinophils/100 leukocytes | white cells that rise in allergy
706-2 | Share of basophils | basophils/100 leukocytes | white cells that rise in allergy
751-8 | Neutrophil count | neutrophils | white cells against bacteria
731-0 | Lymphocyte count | lymphocytes | white cells against viruses
742-7 | Monocyte count | monocytes | white cells that clear up
711-2 | Eosinophil count | eosinophils | white cells that rise in allergy
704-7 | Basophil count | basophils | white cells that rise in allergy
2276-4 | Iron store | ferritin | how much iron the body keeps
2498-4 | Iron | iron
2500-7 | Iron-binding capacity
2502-3 | Iron saturation
1988-5 | Inflammation test (CRP) | C reactive protein | whether there is inflammation
33959-8 | Infection test (procalcitonin) | procalcitonin | whether bacteria may be the cause
5902-2 | Clotting time (PT) | prothrombin time | how fast your blood clots
6301-6 34714-6 | Clotting test (INR) | INR | how fast your blood clots
48065-7 | Clot test (D-dimer) | fibrin D-dimer FEU | whether a blood clot may be there
# hormones, allergy, prostate
3016-3 | Thyroid signal (TSH) | thyroid-stimulating hormone; thyroid stimulating hormone | \
whether the thyroid works too fast or too slowly
14920-3 | Thyroid hormone (free T4) | free thyroxine | the hormone that the thyroid makes
19113-0 | Allergy antibodies (IgE) | total immunoglobulin E | how ready the body is for allergy
2857-1 | Prostate test (PSA) | prostate specific Ag | a sign of changes in the prostate
# blood gases
2744-1 | Acid level of the blood | pH of arterial blood
2019-8 | Carbon dioxide pressure in blood | carbon dioxide [partial pressure] in arterial blood
2703-7 | Oxygen pressure in blood | oxygen [partial pressure] in arterial blood
1960-4 | Bicarbonate in blood | bicarbonate
19994-3 | Oxygen given by the breathing machine | oxygen/inspired gas setting
# urine
32167-9 | How clear the urine is | clarity of urine
5778-6 | Colour of urine | color of urine
5792-7 25428-4 | Sugar in urine | glucose in urine
20505-4 5770-3 | Bilirubin in urine | bilirubin.total in urine
5797-6 2514-8 | Ketones in urine
5811-5 | Strength of urine | specific gravity of urine
5803-2 | Acid level of urine | pH of urine
5804-0 20454-5 | Protein in urine
5802-4 | Nitrite in urine | | a sign of bacteria
5794-3 | Blood in urine | hemoglobin in urine
5799-2 | White cells in urine | leukocyte esterase
65750-2 | Urine test for drugs | drugs of abuse 5 panel - urine
# infections
94531-1 | COVID-19 test | SARS-CoV-2 RNA panel
94500-6 | COVID-19 test | SARS-CoV-2 RNA
80382-5 | Flu A test | influenza virus A Ag
80383-3 | Flu B test | influenza virus B Ag
600-7 | Blood test for germs | blood culture
# panels and reports
58410-2 | Full blood count | complete blood count (hemogram) panel; complete blood count
57023-4 | White cell types | auto differential panel
51990-0 24321-2 | Basic blood chemistry | basic metabolic panel; basic metabolic 2000 panel
24323-8 | Blood chemistry | comprehensive metabolic panel; comprehensive metabolic 2000 panel
57698-3 24331-1 | Blood fats | lipid panel
24336-0 | Blood gases | gas panel
24357-6 24356-8 | Urine test | urinalysis macro (dipstick) panel; urinalysis
75689-0 50190-8 | Iron tests | iron panel; iron and iron binding capacity panel
89577-1 | Heart muscle test (troponin) | troponin I.cardiac panel
34528-0 | Clotting tests | PT panel
80381-7 | Flu test | influenza virus A and B Ag panel
92143-7 | Test for breathing infections | respiratory pathogens DNA and RNA panel
55405-5 | Heart failure check | heart failure tracking panel
24360-0 | Haemoglobin and share of red cells | hemoglobin and hematocrit panel
93124-6 | How far heart failure limits daily life | New York Heart Association functional classification panel
34117-2 | Doctor's notes | history and physical note
51847-2 | Doctor's notes | evaluation + plan note
11488-4 | Letter after a visit | consultation note
18842-5 | Letter after a hospital stay | discharge summary
28570-0 | Notes on a treatment | procedure note
18748-4 | Scan or X-ray report | diagnostic imaging study
69409-1 | Death certificate | U.S. standard certificate of death
69453-9 | Cause of death | cause of death [US standard certificate of death]
sugar | Diabetes check | diabetes control
sugar-and-kidney | Diabetes and kidney check | diabetes control and kidneys
thyroid | Thyroid tests | thyroid function
kidney | Kidney tests | kidney function
iron | Blood and iron tests | haemoglobin and iron
allergy | Allergy test | allergy screen
""",
)
