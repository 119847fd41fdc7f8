"""Three invented people and their visits to an invented hospital."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InventedPerson:
    """The person in a scan; `name` as DICOM writes it, `folder` as a careless export would name it.

    height in m, weight in kg.
    """

    name: str
    patient_id: str
    birth: str
    sex: str
    address: str
    phone: str
    height: float
    weight: float
    job: str
    charset: str
    folder: str


@dataclass(frozen=True)
class Visit:
    """One study: when, where, by whom and why; `key` makes its UIDs."""

    key: str
    person: InventedPerson
    date: str
    time: str
    accession: str
    description: str
    hospital: str
    address: str
    station: str
    maker: str
    model: str
    referrer: str
    reader: str
    operator: str
    diagnosis: str
    comment: str
    body_part: str
    protocol: str

    @property
    def age(self) -> str:
        """Age at the visit as DICOM writes it, such as 066Y."""
        years = int(self.date[:4]) - int(self.person.birth[:4]) - (self.date[4:] < self.person.birth[4:])
        return f"{years:03d}Y"

    @property
    def folder(self) -> str:
        return f"CT_{self.date}"


GUENTHER = InventedPerson(
    "Mondschein-Übelhör^Günther^^Dr.", "MUG-19570411-3", "19570411", "M",
    "Erfundene Gasse 7, 99999 Nirgendwo",
    "+49 0000 1234567", 1.78, 84.0, "Glockengießer", "ISO_IR 100", "Mondschein-Übelhör_Günther_1957",
)  # fmt: skip
HANATARO = InventedPerson(
    "Kumono^Hanataro=雲野^花太郎=くもの^はなたろう", "A0815-雲", "19660229", "M",
    "架空県 夢市 雲町 0-0-0",
    "+81 00 0000 0000", 1.71, 69.0, "凧職人", "ISO_IR 192", "Kumono_Hanataro_1966",
)  # fmt: skip
MARIGOLD = InventedPerson(
    "Fiddlewick-Thistlebottom^Marigold^Peregrine", "0000042", "19711224", "F",
    "13 Nowhere Lane, Imaginary-on-Sea",
    "+44 00000 000000", 1.64, 77.5, "Lamplighter", "ISO_IR 192", "Fiddlewick_Marigold_1971",
)  # fmt: skip

HEAD = Visit(
    "head", GUENTHER, "20240307", "081532", "ACC-24-000317", "CT Schädel nativ (Günther M.-Ü.)",
    "Klinikum Wolkenkuckucksheim", "Luftschlossallee 1, 99999 Nirgendwo", "CTNOTAUFNAHME2",
    "Nordlicht Imaging",
    "Polaris 64", "Quacksalber^Übelinde^^Dr.", "Durchblick^Ägidius^^Prof.", "Knopf^Jim",
    "Akute Hemiparese rechts",
    "Ehefrau Roswitha informiert, Tel. 0000 7654321", "HEAD", "Kopf sequentiell, Mondschein",
)  # fmt: skip
CHEST_FIRST = Visit(
    "chest-1", HANATARO, "20230914", "142210", "N2023-77120", "胸部CT 経過観察", "夢市立架空病院",
    "架空県 夢市 1-2-3",
    "CT03-YUME", "Hokusei Medical", "Kumo 128", "Yabuisha^Taro=藪医者^太郎", "Yomite^Jiro=読手^次郎",
    "Gishi^Saburo=技師^三郎", "右上葉結節", "雲野様 喫煙歴 30年", "CHEST", "THORAX 2.0 KUMONO",
)  # fmt: skip
CHEST_SECOND = Visit(
    "chest-2", HANATARO, "20231206", "093747", "N2023-90411", "胸部CT 経過観察 (12週)", "夢市立架空病院",
    "架空県 夢市 1-2-3", "CT01-YUME", "Hokusei Medical", "Kumo 128", "Yabuisha^Taro=藪医者^太郎",
    "Yomite^Jiro=読手^次郎", "Gishi^Shiro=技師^四郎", "右上葉結節 増大?", "前回 2023-09-14", "CHEST",
    "THORAX 2.0 KUMONO",
)  # fmt: skip
BELLY = Visit(
    "belly", MARIGOLD, "20240521", "230501", "RX/2024/5521", "CT KUB for Mrs Fiddlewick-Thistlebottom",
    "St. Elsewhere's General", "1 Figment Road, Imaginary-on-Sea", "GANTRY-B", "Nordlicht Imaging",
    "Aurora 16",
    "Sawbones^Horatio^^Dr", "Squint^Philippa^^Dr", "Button^B.", "Left renal colic",
    "Keeper of Imaginary Lighthouse; knows the mayor", "ABDOMEN", "STONE LOW DOSE",
)  # fmt: skip
