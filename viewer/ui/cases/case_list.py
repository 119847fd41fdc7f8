"""The case list: cases with their series, each with its preview, its content, and why it is not a volume."""

from collections.abc import Callable, Iterable

from PyQt5.QtCore import QMimeData, QModelIndex, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPixmap, QStandardItem, QStandardItemModel
from PyQt5.QtWidgets import QAbstractItemView, QTreeView

from viewer.entries import Entry, describe, missing_images
from viewer.space.mapping import pixel_size
from viewer.ui.cases.case_delegate import ENTRY, THUMBNAIL, CaseDelegate
from viewer.ui.slices.pane import STACK_MIME
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_OWN_KEYS: tuple[int, ...] = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right)
_OPEN_KEYS: tuple[int, ...] = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
# With this many series or fewer, all cases are open from the start.
_ALL_OPEN = 12


class CaseList(QTreeView):
    """A click or Return opens a series; each preview is read from the index when its row first becomes visible."""

    chosen = pyqtSignal(object)

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self._viewing = viewing
        self._items: dict[int, QStandardItem] = {}
        self._fill()
        self.setItemDelegate(CaseDelegate(self, self._thumbnails()))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Cases and series"))
        self.clicked.connect(self._use)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        viewing.opened.connect(self.follow)
        viewing.listed.connect(self._fill)
        self._open_all()
        self.follow()

    def _fill(self) -> None:
        """Fill in the entries anew: the list may be limited to another case."""
        self._items.clear()
        self.setModel(self._make_model())
        self._open_all()

    def _open_all(self) -> None:
        if len(self._viewing.entries) <= _ALL_OPEN:
            self.expandAll()

    def _make_model(self) -> QStandardItemModel:
        model = _Stacks(self)
        cases: dict[int, QStandardItem] = {}
        for entry in self._viewing.entries:
            study = entry.study
            if study.study_id not in cases:
                said = (study.case, entry.patient.pseudonym, missing_images(study))
                cases[study.study_id] = _item(", ".join(filter(None, said)), entry)
                model.appendRow(cases[study.study_id])
            item = _item(describe(entry), entry)
            cases[study.study_id].appendRow(item)
            self._items[entry.stack.stack_id] = item
        return model

    def _thumbnails(self) -> Callable[[Entry], QPixmap]:
        made: dict[int, QPixmap] = {}

        def thumbnail(entry: Entry) -> QPixmap:
            key = entry.stack.stack_id
            if key not in made:
                made[key] = _small(self._viewing, entry, self.devicePixelRatioF())
            return made[key]

        return thumbnail

    def follow(self) -> None:
        """Mark the open series, and make sure that it is visible."""
        index = self._items[self._viewing.entry.stack.stack_id].index()
        self.expand(index.parent())
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def _use(self, index: QModelIndex) -> None:
        if index.parent().isValid():
            self.chosen.emit(index.data(ENTRY))
        else:
            self.setExpanded(index, not self.isExpanded(index))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """The arrows move in the list and Return opens; every other key goes to the window."""
        if event is None:
            return
        if event.key() in _OPEN_KEYS:
            self._use(self.currentIndex())
        elif event.key() in _OWN_KEYS:
            super().keyPressEvent(event)
        else:
            event.ignore()


class _Stacks(QStandardItemModel):
    """Dragging a row out of the list carries the number of a stack."""

    def mimeTypes(self) -> list[str]:
        """For panes only."""
        return [STACK_MIME]

    def mimeData(self, indexes: Iterable[QModelIndex]) -> QMimeData:
        """Of the first row; a case has the number of its first series."""
        data = QMimeData()
        for index in list(indexes)[:1]:
            data.setData(STACK_MIME, str(index.data(ENTRY).stack.stack_id).encode())
        return data


def _item(text: str, entry: Entry) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(entry, ENTRY)
    item.setData(text, Qt.ItemDataRole.AccessibleTextRole)
    item.setToolTip(text)
    return item


def _small(viewing: Viewing, entry: Entry, ratio: float) -> QPixmap:
    """The preview in the patient's proportions, in device pixels."""
    image = viewing.preview_of(entry)
    if image.isNull():
        return QPixmap()
    width, height = pixel_size(entry.stack)
    width, height = width * entry.stack.columns, height * entry.stack.rows
    scale = THUMBNAIL * ratio / max(width, height)
    size = (max(int(width * scale), 1), max(int(height * scale), 1))
    made = QPixmap.fromImage(
        image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    )
    made.setDevicePixelRatio(ratio)
    return made
