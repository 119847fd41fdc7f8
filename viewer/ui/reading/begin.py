"""Begins a reading: the form on the medium, who reads, and the window with the case where this reader stopped."""

from collections.abc import Sequence

from bundle.errors import BundleError
from bundle.hanging_protocol import Hanging
from bundle.index.index import Catalog
from bundle.index.records import Study
from bundle.layout import FORM
from bundle.reading.form import Form
from bundle.reading.form_file import MAX_FORM, FormMistaken, check_cases, decode_form
from bundle.reading.readings import name_of
from viewer.entries import all_entries, choose
from viewer.reading import places
from viewer.reading.blind import blinded
from viewer.reading.session import Session
from viewer.ui.reading.about_reader import AboutReader
from viewer.ui.reading.control import ReadingControl
from viewer.ui.reading.start import WhoReads
from viewer.ui.shell.window import MainWindow
from viewer.ui.slices.viewing import Viewing


class UnusableForm(BundleError):
    """The form on the medium is damaged or was changed: its reader can only ask for a new copy."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The reading form on this medium cannot be used, because it is damaged or was changed. "
            "Nothing that you have answered is lost. Ask the people who gave you the medium for a new copy.\n\n"
            "For technical support:\n{reason}",
            reason=reason,
        )


def begin(catalog: Catalog, reader: str | None, hanging: Hanging) -> MainWindow | None:
    """The window of a reading; None if nobody gave a name. Raises UnusableForm, EmptyBundle."""
    studies = catalog.studies()
    form = _form(catalog, studies)
    entries = all_entries(catalog)
    if reader is None or not form.lets_read(reader):
        bundle = name_of(form, studies)
        folders = places.folders_of(catalog.medium, bundle)
        asked = WhoReads(form, lambda: places.readers_in(folders))
        if not asked.exec():
            catalog.close()
            return None
        reader = asked.name
    session = Session(catalog.medium, studies, form, reader)
    if not _tells(session):
        catalog.close()
        return None
    shown = blinded(entries, session.slot, form)
    viewing = Viewing(catalog, shown, choose(shown, hanging), hanging)
    if "segmentations" not in form.show:
        viewing.segmenting.forbid()  # before anything is read
    window = MainWindow(viewing)
    ReadingControl(window, session, entries)
    return window


def _tells(session: Session) -> bool:
    """Ask the reader what the form asks of every reader once; False if the reader closes the window instead."""
    questions = session.unasked()
    if not questions:
        return True
    asked = AboutReader(questions)
    if not asked.exec():
        return False
    for question, value in asked.answers():
        session.answer_about(question, value)
    return True


def _form(catalog: Catalog, studies: Sequence[Study]) -> Form:
    try:
        form = decode_form(catalog.medium.read(FORM, MAX_FORM), FORM, is_old=True)
        check_cases(form, [study.case for study in studies], FORM)
    except FormMistaken as error:
        # The mistakes stay in English: their lines are for the researcher, who writes forms.
        raise UnusableForm("\n".join(str(mistake) for mistake in error.mistakes)) from None
    except OSError as error:
        raise UnusableForm(f"{FORM}: {error.strerror or error}") from None
    return form
