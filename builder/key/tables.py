"""The tables of the register; `VERSION` is the user_version of the database."""

VERSION = 3

# `stick` is a medium with a bundle, counted from 1; 0 stands for all that are older than the register.
# `manifest` is the SHA-256 of its MANIFEST.TXT, `planned` that of the current change.
# `study` identifies a study under the key: its new UID, even if a policy retains the original one.
# `numbered` has every number that was ever given, and nothing is ever deleted from it.
CREATE = """
CREATE TABLE of_key (fingerprint TEXT NOT NULL);
CREATE TABLE handed_over (moment TEXT NOT NULL, folder TEXT NOT NULL);
CREATE TABLE stick (
    stick INTEGER PRIMARY KEY, drive TEXT NOT NULL, file_set_uid TEXT NOT NULL, manifest TEXT NOT NULL,
    planned TEXT NOT NULL, begun TEXT NOT NULL, finished TEXT NOT NULL, version TEXT NOT NULL, policy TEXT NOT NULL
);
CREATE TABLE patient (
    pseudonym TEXT PRIMARY KEY, person_key TEXT NOT NULL, patient_id TEXT NOT NULL, name TEXT NOT NULL,
    birth_date TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE spelling (
    pseudonym TEXT, patient_id TEXT, name TEXT, birth_date TEXT,
    PRIMARY KEY (pseudonym, patient_id, name, birth_date)
) WITHOUT ROWID;
CREATE TABLE study (
    study TEXT PRIMARY KEY, pseudonym TEXT NOT NULL, original_study_uid TEXT NOT NULL, study_date TEXT NOT NULL,
    accession_number TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE numbered (number INTEGER PRIMARY KEY, study TEXT NOT NULL);
CREATE INDEX numbered_study ON numbered (study);
CREATE TABLE placed (
    stick INTEGER NOT NULL REFERENCES stick, study_uid TEXT NOT NULL, study TEXT NOT NULL, number INTEGER NOT NULL,
    state TEXT NOT NULL, images INTEGER NOT NULL, left_out INTEGER NOT NULL, undecided INTEGER NOT NULL,
    masked INTEGER NOT NULL, kept INTEGER NOT NULL,
    PRIMARY KEY (stick, study_uid)
) WITHOUT ROWID;
CREATE TABLE series (
    stick INTEGER NOT NULL REFERENCES stick, series_uid TEXT NOT NULL, study_uid TEXT NOT NULL,
    original_series_uid TEXT NOT NULL, series_number INTEGER, modality TEXT NOT NULL, images INTEGER NOT NULL,
    left_out INTEGER NOT NULL, undecided INTEGER NOT NULL, masked INTEGER NOT NULL,
    PRIMARY KEY (stick, series_uid)
) WITHOUT ROWID;
CREATE TABLE folder (folder INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE image (
    stick INTEGER NOT NULL REFERENCES stick, sop_uid TEXT NOT NULL, study_uid TEXT NOT NULL, series_uid TEXT NOT NULL,
    path TEXT NOT NULL, original_series_uid TEXT NOT NULL, original_sop_uid TEXT NOT NULL, folder INTEGER,
    file TEXT NOT NULL, altered TEXT NOT NULL,
    PRIMARY KEY (stick, sop_uid)
) WITHOUT ROWID;
CREATE INDEX image_study ON image (stick, study_uid);
CREATE TABLE not_taken (
    stick INTEGER NOT NULL REFERENCES stick, folder INTEGER, file TEXT NOT NULL, reason TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE TABLE identifier (kind TEXT, keyword TEXT, text TEXT, PRIMARY KEY (kind, keyword, text)) WITHOUT ROWID;
CREATE TABLE moved_day (pseudonym TEXT, day TEXT, PRIMARY KEY (pseudonym, day)) WITHOUT ROWID;
"""

# Added in version 2. `scheme` 1 is that of patients who were met under version 1: their offset follows from the key
# alone, so that `seconds` is NULL, and fractions of seconds stay. `further_shift` has the seconds by which a study is
# shifted besides, mostly 0: images that come later must not move those that are on a medium.
SINCE_2 = """
CREATE TABLE time_shift (pseudonym TEXT PRIMARY KEY, scheme INTEGER NOT NULL, seconds INTEGER) WITHOUT ROWID;
CREATE TABLE further_shift (study TEXT PRIMARY KEY, seconds INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO time_shift SELECT pseudonym, 1, NULL FROM patient;
"""
# Added in version 3: every manifest with which a stick was ever handed out, compressed, and the answers that were on it
# then (JSON).
_SINCE_3 = """
CREATE TABLE manifest (digest TEXT PRIMARY KEY, stick INTEGER NOT NULL, packed BLOB NOT NULL, readings TEXT NOT NULL);
"""
# What makes a register of one version one of the next.
UPGRADES = {1: SINCE_2, 2: _SINCE_3}
