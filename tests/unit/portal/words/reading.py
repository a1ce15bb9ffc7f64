"""How hard a text is to read: Flesch-Kincaid's grade, and the lengths of its sentences in words."""

import re

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d])")
WORD = re.compile(r"[^\W\d_]+(?:['\N{RIGHT SINGLE QUOTATION MARK}][^\W\d_]+)?|\d[\d.,:/]*")
VOWELS = re.compile(r"[aeiouyà-öø-ü]+")
PARTED = re.compile(r"ium|(?<![tscg])i[ao]|eo")
SILENT = re.compile(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$")


def sentences(text):
    """The sentences of a text."""
    return [one for one in SENTENCE.split(" ".join(text.split())) if one]


def words(text):
    """Its words; a number is one."""
    return WORD.findall(text)


def syllables(word):
    """About how many syllables a word has; a number is said as one."""
    small = word.lower()
    if small[0].isdigit():
        return 1
    groups = len(VOWELS.findall(small)) + len(PARTED.findall(small))
    return max(groups - (1 if groups > 1 and SILENT.search(small) else 0), 1)


def grade(text):
    """Flesch-Kincaid's grade: the years of school that a reader needs."""
    found = words(text)
    if not found:
        return 0.0
    spoken = sum(map(syllables, found))
    return 0.39 * len(found) / len(sentences(text)) + 11.8 * spoken / len(found) - 15.59


def longest(text):
    """The number of words in its longest sentence."""
    return max((len(words(one)) for one in sentences(text)), default=0)
