"""Begins a reading: the form on the medium, who reads, and the window with the case where this reader stopped."""

from bundle.bounded import MAX_TOML, read_file
from bundle.hanging_protocol import Hanging
from bundle.index.index import Catalog
from bundle.layout import FORM, resolve
from bundle.reading.form_file import check_cases, decode_form
from viewer.entries import all_entries, choose
from viewer.reading.blind import blinded
from viewer.reading.session import Session
from viewer.ui.reading.control import ReadingControl
from viewer.ui.reading.start import WhoReads
from viewer.ui.shell.window import MainWindow
from viewer.ui.slices.viewing import Viewing


def begin(catalog: Catalog, reader: str | None, hanging: Hanging) -> MainWindow | None:
    """The window of a reading; None if nobody gave a name. Raises FormMistaken, EmptyBundle."""
    form = decode_form(read_file(resolve(catalog.root, FORM), MAX_TOML), FORM)
    studies = catalog.studies()
    check_cases(form, [study.case for study in studies], FORM)
    entries = all_entries(catalog)
    if reader is None or not form.lets_read(reader):
        asked = WhoReads(form)
        if not asked.exec():
            catalog.close()
            return None
        reader = asked.name
    session = Session(catalog.root, studies, form, reader)
    shown = blinded(entries, session.slot, form)
    window = MainWindow(Viewing(catalog, shown, choose(shown, hanging), hanging))
    ReadingControl(window, session, entries)
    return window
