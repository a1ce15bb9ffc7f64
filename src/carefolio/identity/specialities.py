"""What doctors work in: plain names, and the codes that SNOMED CT has for them.

The codes are among those of FHIR's practice setting codes (https://hl7.org/fhir/R4/valueset-c80-practice-codes.html).
"""

from __future__ import annotations

from types import MappingProxyType

SNOMED = "http://snomed.info/sct"

SPECIALITIES = MappingProxyType(
    {
        "394814009": "General practice",
        "419772000": "Family medicine",
        "394802001": "General medicine",
        "419192003": "Internal medicine",
        "394576009": "Emergency medicine",
        "408478003": "Intensive care",
        "394577000": "Anaesthetics",
        "394579002": "Cardiology",
        "394590007": "Chest medicine",
        "394583002": "Endocrinology",
        "408475000": "Diabetes medicine",
        "394584008": "Gastroenterology",
        "408472002": "Liver medicine",
        "394589003": "Kidney medicine",
        "394591006": "Neurology",
        "394803006": "Haematology",
        "394593009": "Cancer medicine",
        "419815003": "Radiotherapy",
        "394806003": "Palliative care",
        "394807007": "Infectious diseases",
        "408480009": "Immunology and allergy",
        "394810000": "Rheumatology",
        "394811001": "Medicine of older age",
        "394602003": "Rehabilitation",
        "394882004": "Pain medicine",
        "394582007": "Dermatology",
        "394808002": "Sexual health",
        "394580004": "Clinical genetics",
        "394537008": "Paediatrics",
        "394539006": "Children's surgery",
        "394587001": "Psychiatry",
        "394588006": "Child psychiatry",
        "394913002": "Psychotherapy",
        "394585009": "Obstetrics and gynaecology",
        "394609007": "General surgery",
        "408466002": "Heart surgery",
        "394610002": "Neurosurgery",
        "394801008": "Orthopaedics",
        "394611003": "Plastic surgery",
        "408463005": "Vascular surgery",
        "394604002": "Ear, nose and throat",
        "394594003": "Eye medicine",
        "394612005": "Urology",
        "408444009": "Dentistry",
        "394914008": "Radiology",
        "394649004": "Nuclear medicine",
        "394915009": "Pathology",
        "408454008": "Microbiology",
        "394821009": "Occupational medicine",
        "408440000": "Public health",
    }
)
"""The plain name of each code."""
