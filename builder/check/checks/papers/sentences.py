"""Compares what the papers say of the de-identification with what every image says, sentence by sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from html.parser import HTMLParser
import re
from typing import NamedTuple

from builder.check.checks.index import Index
from builder.check.checks.papers.claims import CLAIMS, Claim
from builder.check.checks.texts import bytes_of, is_simple, readme_problem, text_of
from builder.check.findings import Finding, finding
from builder.check.medium.dicom_file import DicomFile
from builder.check.medium.file_checks import some
from builder.check.medium.medium import Medium
from bundle.images.alterations import masked_share
from bundle.layout import DICOM_FOLDER, INDEX_PAGE, MANUAL, README

# Every sentence in both languages is shorter together.
_LONGEST = 50_000
CLEAN_PIXEL_DATA = "113101"
# The section on privacy: by its number in README.TXT, by its heading in INDEX.HTM.
_SECTION = re.compile(r"^4\. [^\n]*\n-+\n(.*?)^5\. ", re.DOTALL | re.MULTILINE)
_HEADINGS = ("Privacy", "Datenschutz")
_LINE_OF_PDF = re.compile(rb"\(((?:[^\\()]|\\.)*)\) Tj T\*")
_NUMBER = r"(\d[\d.,]*)"
_SOME = rf"(?:In {_NUMBER} (?:of|von) {_NUMBER} (?:images?|Bild|Bildern): )?"
_METHOD = re.compile(
    rf"(\d{{6}}) (.+?)(?: \({_NUMBER} (?:of|von) {_NUMBER} (?:images?|Bild|Bildern)\))?(?= \d{{6}} |$)"
)
# What stands around the sentences; the papers of earlier versions have none of it.
_MEANS = ("What that means, as the images themselves say:", "Was das bedeutet, wie die Bilder selbst sagen:")
_AROUND = (
    *_MEANS,
    "The scans are de-identified by DICOM PS3.15 with these methods, which the images themselves name:",
    "Die Aufnahmen sind pseudonymisiert nach DICOM PS3.15, mit diesen Verfahren, die in den Bildern selbst stehen:",
    "By DICOM PS3.15 with these methods, which the images themselves name:",
    "Nach DICOM PS3.15, mit diesen Verfahren, die in den Bildern selbst stehen:",
    "Please treat this medium as confidential: do not copy it, do not pass it on, do not try to find out who the "
    "patients are, and return it afterwards.",
    "Bitte behandeln Sie diesen Datenträger vertraulich: Kopieren Sie ihn nicht, geben Sie ihn nicht weiter, versuchen "
    "Sie nicht herauszufinden, wer die Patienten sind, und geben Sie ihn danach zurück.",
    "Please treat this medium as confidential: do not copy it, do not pass it on, and return it afterwards.",
    "Bitte behandeln Sie diesen Datenträger vertraulich: Kopieren Sie ihn nicht, geben Sie ihn nicht weiter und geben "
    "Sie ihn danach zurück.",
)


class _Said(NamedTuple):
    """The claims of a paper with the number of images, the methods likewise (None: all images), and other text."""

    claims: Sequence[tuple[Claim, int | None]]
    methods: Mapping[tuple[str, str], int | None]
    rest: str
    earlier: bool


_AT_ODDS = frozenset({"identity.method", "identity.dates", "identity.stated", "identity.derivation"})


def comparable_papers(medium: Medium, index: Index | None) -> bool:
    """Whether every listed image was read, and none contradicts itself or the index, which is a finding by itself."""
    listed = {path for path in medium.expected or () if path.startswith(f"{DICOM_FOLDER}/")}
    if not medium.dicom or (medium.expected is not None and listed != medium.dicom.keys()):
        return False
    at_odds = _AT_ODDS.intersection(found.check for found in medium.findings)
    return not at_odds and not any(map(mask_unstated, medium.dicom.values())) and _agrees(medium, index)


def _agrees(medium: Medium, index: Index | None) -> bool:
    if index is None or "instance.altered" in index.lacks:
        return True
    pairs = ((row, medium.dicom.get(row["path"])) for row in index.instances)
    return all(file is None or row["altered"] == file.altered for row, file in pairs)


def mask_unstated(file: DicomFile) -> bool:
    """Whether only one of (0008,2111) and (0012,0064) says that text was overwritten."""
    return (masked_share(file.altered) is not None) != any(code == CLEAN_PIXEL_DATA for code, _ in file.methods)


def check_papers(medium: Medium, index: Index | None) -> Iterator[Finding]:
    """One finding for each false or missing sentence of each paper."""
    if not comparable_papers(medium, index):
        return
    images = [file for file in medium.dicom.values() if file.frames]
    for path, text in _papers(medium):
        yield from (finding("pdi.privacy", path, problem) for problem in _of_text(text, images))


def _of_text(text: str, images: Sequence[DicomFile]) -> Iterator[str]:
    if len(text) > _LONGEST:
        return iter(["its section on privacy is longer than any that a bundle has"])
    return _problems(_said_in(text), images)


def _problems(said: _Said, images: Sequence[DicomFile]) -> Iterator[str]:
    if not said.claims:
        yield "it says nothing of the de-identification"
        return
    false = list(_false(said.claims, images))
    yield from (problem for _, problem in false)
    if not said.earlier:
        yield from _methods_wrong(said.methods, images)
        missing = list(_missing(said, images, {topic for topic, _ in false}))
        yield from missing
        if said.rest and not missing:  # otherwise it is what became of a sentence
            yield "its section on privacy holds text that is none of the sentences that a bundle has"


def _papers(medium: Medium) -> Iterator[tuple[str, str]]:
    """Path, and the text on privacy in one line."""
    readme, page, manual = text_of(medium, README), text_of(medium, INDEX_PAGE), bytes_of(medium, MANUAL)
    if readme is not None and not readme_problem(medium):
        section = _SECTION.search(readme.replace("\r\n", "\n"))
        yield README, _one_line(re.sub(r"^ +- ", " ", section[1], flags=re.MULTILINE)) if section else ""
    if page is not None and is_simple(page):
        yield INDEX_PAGE, _one_line(_section_of(page))
    if manual is not None and (added := _added_to(manual)):
        yield MANUAL, added


def _one_line(text: str) -> str:
    return " ".join(text.split())


class _Privacy(HTMLParser):
    """The text between the heading on privacy and the foot of the page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._heading = self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._heading = tag == "h2"
        self._inside &= tag not in ("h2", "footer")

    def handle_data(self, data: str) -> None:
        if self._heading and data.strip() in _HEADINGS:
            self._inside = True
        elif self._inside:
            self.text.append(data)


def _section_of(page: str) -> str:
    reader = _Privacy()
    reader.feed(page)
    reader.close()
    return "".join(reader.text)


def _added_to(manual: bytes) -> str:
    """The text of the pages behind the manual's own; empty for the manual of an earlier version, which has none."""
    update = manual.split(b"%%EOF")[1:]
    lines = [
        re.sub(rb"\\(.)", rb"\1", line).decode("cp1252", "replace") for line in _LINE_OF_PDF.findall(b"".join(update))
    ]
    # The numbers of cases, series and images come first.
    return _one_line(" ".join(re.sub("^- ", "", line) for line in lines[1:]))


def _said_in(text: str) -> _Said:
    """The claims in a text, longest first, since one may begin like another."""
    earlier = not any(words in text for words in _MEANS)
    for words in sorted(_AROUND, key=len, reverse=True):
        text = text.replace(words, "\n" if words in _MEANS else " ")
    named, _, told = ("", "", text) if earlier else text.partition("\n")
    claims: list[tuple[Claim, int | None]] = []
    pairs = sorted(((words, claim) for claim in CLAIMS for words in claim.words), key=lambda pair: -len(pair[0]))
    for words, claim in pairs:
        if earlier or not claim.earlier:
            pattern = re.compile(_SOME + re.escape(words))
            claims += [(claim, _number(match[1])) for match in pattern.finditer(told)]
            told = pattern.sub(" ", told)
    methods = {(code, meaning): _number(number) for code, meaning, number, _ in _METHOD.findall(_one_line(named))}
    return _Said(claims, methods, _one_line(told), earlier and any(claim.earlier for claim, _ in claims))


def _number(text: str | None) -> int | None:
    """The number in front of some of the images; None stands for all of them."""
    return int(re.sub("[.,]", "", text)) if text else None


def _false(claims: Sequence[tuple[Claim, int | None]], images: Sequence[DicomFile]) -> Iterator[tuple[str, str]]:
    """(Topic, message) for each sentence that is not true."""
    for claim, number in claims:
        true, said = sum(map(claim.holds, images)), len(images) if number is None else number
        if true != said:
            yield claim.topic, f"says of {said:,} images what is true of {true:,}: '{claim.words[0]}'"


def _missing(said: _Said, images: Sequence[DicomFile], wrong: Set[str]) -> Iterator[str]:
    """The sentences that are not there; `wrong` are the topics with a false one, which takes its place."""
    there = {claim for claim, _ in said.claims}
    for claim in CLAIMS:
        if not claim.earlier and claim not in there and claim.topic not in wrong and any(map(claim.holds, images)):
            yield f"does not say: '{claim.words[0]}'"


def _methods_wrong(methods: Mapping[tuple[str, str], int | None], images: Sequence[DicomFile]) -> Iterator[str]:
    """The methods whose numbers are not those of (0012,0064)."""
    true = Counter(method for file in images for method in set(file.methods))
    said = {method: len(images) if number is None else number for method, number in methods.items()}
    wrong = {method for method in {*true, *said} if true.get(method) != said.get(method)}
    if wrong:
        codes = sorted({code for code, _ in wrong})
        yield f"does not name the methods as (0012,0064) of the images does: {some(codes)}"
