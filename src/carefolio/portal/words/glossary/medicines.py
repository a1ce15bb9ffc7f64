"""What medicines are mostly used for, by their ingredient's name, written from general knowledge."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked


class Use(NamedTuple):
    """What medicines are mostly for."""

    words: str


_USES: Final = """
lisinopril ramipril enalapril perindopril losartan candesartan valsartan amlodipine felodipine | high blood pressure
hydrochlorothiazide indapamide bendroflumethiazide chlorthalidone | high blood pressure and swelling
furosemide bumetanide spironolactone lasix | swelling and heart failure
metoprolol bisoprolol atenolol carvedilol propranolol | high blood pressure, the heart, or migraine
verapamil diltiazem digoxin amiodarone | the heart's rhythm
nitroglycerin glyceryl | chest pain from the heart
simvastatin simvistatin atorvastatin rosuvastatin pravastatin fenofibrate ezetimibe | high cholesterol
aspirin clopidogrel prasugrel ticagrelor | preventing blood clots
warfarin apixaban rivaroxaban dabigatran edoxaban enoxaparin heparin alteplase | blood clots
metformin empagliflozin dapagliflozin gliclazide glipizide sitagliptin canagliflozin liraglutide semaglutide | diabetes
insulin | diabetes
levothyroxine | an underactive thyroid
carbimazole methimazole propylthiouracil | an overactive thyroid
salbutamol albuterol terbutaline salmeterol formoterol ipratropium tiotropium | opening the airways
fluticasone beclometasone beclomethasone budesonide montelukast | asthma and other breathing problems
prednisolone prednisone dexamethasone hydrocortisone methylprednisolone mometasone betamethasone | inflammation
paracetamol acetaminophen tylenol | pain and fever
ibuprofen naproxen diclofenac meperidine celecoxib | pain and inflammation
codeine tramadol oxycodone hydrocodone morphine fentanyl meperidine percocet vicodin | strong pain
buprenorphine methadone naltrexone | opioid dependence
sumatriptan rizatriptan zolmitriptan | migraine
amoxicillin penicillin cefuroxime cephalexin doxycycline azithromycin clarithromycin nitrofurantoin | \
infections by bacteria
ciprofloxacin levofloxacin trimethoprim vancomycin piperacillin tazobactam cefaclor ampicillin | infections by bacteria
aciclovir acyclovir oseltamivir remdesivir | infections by viruses
sertraline fluoxetine citalopram escitalopram mirtazapine venlafaxine paroxetine amitriptyline | depression or anxiety
diazepam lorazepam alprazolam midazolam clonazepam | anxiety, sleep or seizures
carbamazepine levetiracetam lamotrigine valproate phenytoin | epilepsy
donepezil memantine galantamine | memory problems
methylphenidate atomoxetine | attention problems
cetirizine loratadine fexofenadine chlorphenamine diphenhydramine astemizole clemastine doxylamine | allergies
epinephrine adrenaline | severe allergic reactions
omeprazole lansoprazole pantoprazole esomeprazole famotidine | stomach acid
alendronic alendronate risedronate | thin bones
allopurinol colchicine | gout
methotrexate leflunomide hydroxychloroquine adalimumab | inflamed joints
cisplatin paclitaxel etoposide doxorubicin leucovorin oxaliplatin fluorouracil docetaxel | cancer
tamoxifen letrozole anastrozole exemestane | breast cancer
ferrous iron | low iron
folic | pregnancy and low folic acid
ergocalciferol cholecalciferol colecalciferol | low vitamin D
norethynodrel mestranol jolivette seasonique levonorgestrel etonogestrel medroxyprogesterone yaz camila errin | \
birth control
propofol sevoflurane isoflurane rocuronium remifentanil | sleep during an operation
norepinephrine vasopressin | very low blood pressure
tacrolimus ciclosporin | calming the body's defences
"""
USES: Final = {
    word: Use(use.strip())
    for line in _USES.strip().splitlines()
    for words, _, use in [line.partition("|")]
    for word in words.split()
}

_FORMS: Final = marked(
    (
        (re.compile(r"\b(\d[\d.,]*)\s*MG\b"), r"\1 mg"),
        (re.compile(r"\b(\d[\d.,]*)\s*ML\b"), r"\1 mL"),
        (re.compile(r"\b(\d[\d.,]*)\s*UNT\b"), r"\1 units"),
        (re.compile(r"/ML\b"), "/mL"),
        (re.compile(r"/ACTUAT\b"), " a puff"),
        (re.compile(r"\b(\d+) ACTUAT\b"), r"\1 puffs"),
        (re.compile(r"\b(\d+) HR\b"), r"\1-hour"),
        (re.compile(r"\bOral Tablet\b"), "tablet"),
        (re.compile(r"\bOral Capsule\b"), "capsule"),
        (re.compile(r"\bOral Solution\b"), "liquid"),
        (re.compile(r"\bExtended Release\b"), "slow-release"),
        (re.compile(r"\bMetered Dose Inhaler\b|\bDry Powder Inhaler\b"), "inhaler"),
        (re.compile(r"\bInhalation Solution\b"), "liquid to breathe in"),
        (re.compile(r"\bMucosal Spray\b"), "mouth spray"),
        (re.compile(r"\bSublingual Tablet\b"), "tablet under the tongue"),
        (re.compile(r"\bInjectable Suspension\b|\bInjection\b"), "injection"),
        (re.compile(r"\bPrefilled Syringe\b"), "ready-filled syringe"),
    )
)
_SIGNS: Final = (
    (re.compile(r"\bNDA\d+ "), ""),
    (re.compile(r"\s*\[([^\]]+)\]"), r" (\1)"),
    (re.compile(r" {2,}"), " "),
)
_WORD: Final = re.compile(r"[a-z]+")
_CATALOGUE: Final = re.compile(r"\bMG\b|\bML\b")
"""RxNorm writes its units so, and substances with capitals."""
_CAPITAL: Final = re.compile(r"(?<![\w(])[A-Z][a-z]{3,}\b(?![^(]*\))")
_MIXED_CASE: Final = re.compile(r"\b[A-Za-z][a-z]*[A-Z]{2,}[a-z]+\b")
"""Letters in the middle that are to keep apart what looks alike: amLODIPine."""


def medicine_name(text: str) -> str:
    """A medicine's name in the signs that a packet has: "lisinopril 10 MG Oral Tablet" is "Lisinopril 10 mg tablet"."""
    told = _MIXED_CASE.sub(lambda match: match[0].lower(), text)
    for pattern, replacement in _FORMS:
        told = pattern.sub(_(replacement), told)
    for pattern, replacement in _SIGNS:
        told = pattern.sub(replacement, told)
    if _CATALOGUE.search(text):
        told = _CAPITAL.sub(lambda match: match[0].lower(), told)
    told = told.strip()
    return told[:1].upper() + told[1:]


def used_for(text: str) -> str:
    """What a medicine of that name is mostly used for; "" where we do not say."""
    return next((_(USES[word].words) for word in _WORD.findall(text.casefold()) if word in USES), "")
