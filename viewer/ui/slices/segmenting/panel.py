"""The list of segments beside the images: each with its colour, its name and its volume, to show, hide and go to."""

from PyQt5.QtCore import QRectF, QSize, Qt
from PyQt5.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSlider,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from bundle.index.records import Segment, Segmentation
from viewer.ui.look import theme
from viewer.ui.look.bar import text_button
from viewer.ui.slices.segmenting.comparing import Comparison
from viewer.ui.slices.segmenting.words import title, volume
from viewer.ui.slices.viewing import Viewing
from viewer.words import tr

_WIDTH = 280
_SWATCH = 14
_STYLE = f"""
QTreeView {{ background: {theme.BACKGROUND.name()}; }}
QTreeView::item {{ padding: 3px 0; }}
QTreeView::item:selected {{ background: #1d3f4c; color: {theme.TEXT.name()}; }}
"""
_RIGHT = int(Qt.AlignmentFlag.AlignRight) | int(Qt.AlignmentFlag.AlignVCenter)


class SegmentPanel(QWidget):
    """Lists what `viewing.segmenting` shows; hidden while that is nothing, or if the reader has put the list away."""

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self._viewing, self._segmenting = viewing, viewing.segmenting
        self._away = False
        self._others: list[Segmentation | None] = [None]
        self.setFixedWidth(_WIDTH)
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("Segmentation"))
        self.choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice.activated.connect(self._choose)
        self.other = QComboBox()
        self.other.setAccessibleName(tr("Compare with another segmentation"))
        self.other.setToolTip(tr("Compare with another segmentation"))
        self.other.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.other.activated.connect(self._compare)
        self.beside = text_button(
            tr("Side by side"), tr("Each in a pane of its own, or their difference"), self._turn_beside
        )
        self.beside.setCheckable(True)
        self.list = _SegmentList()
        self.list.itemChanged.connect(self._changed)
        self.list.itemClicked.connect(self._clicked)
        self.opacity = self._make_opacity()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        layout.addWidget(self.choice)
        layout.addWidget(self.other)
        layout.addWidget(self.beside)
        layout.addLayout(self._buttons())
        layout.addWidget(self.list, 1)
        layout.addLayout(self._opacity_row())
        self._segmenting.changed.connect(self._follow)

    def _make_opacity(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 100)
        slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        slider.setAccessibleName(tr("Opacity of the segments"))
        slider.setToolTip(tr("Opacity of the segments"))
        slider.valueChanged.connect(self._segmenting.set_opacity)
        return slider

    def _opacity_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(QLabel(tr("Opacity")))
        row.addWidget(self.opacity, 1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        parts = (
            (tr("All"), tr("Show all segments"), lambda: self._show_all(shown=True)),
            (tr("None"), tr("Hide all segments"), lambda: self._show_all(shown=False)),
            (tr("Only this"), tr("Hide all segments but the chosen one"), self._show_only),
        )
        for text, tip, action in parts:
            row.addWidget(text_button(text, tip, action))
        row.addStretch(1)
        return row

    @property
    def _chosen(self) -> Segmentation | None:
        segmenting = self._segmenting
        return segmenting.chosen(self._viewing.entry) if segmenting.on else None

    def turn(self) -> None:
        """Put the list away, or bring it back."""
        self._away = not self._away
        self._show()

    def _show(self) -> None:
        self.setVisible(self._chosen is not None and not self._away)

    def fill(self) -> None:
        """The segments of another segmentation."""
        chosen, entry = self._chosen, self._viewing.entry
        self._show()
        if chosen is None:
            return
        offered = self._segmenting.offered(entry)
        self.choice.clear()
        self.choice.addItems([title(self._segmenting, entry, each) for each in offered])
        self.choice.setCurrentIndex(offered.index(chosen))
        self.choice.setEnabled(len(offered) > 1)
        self._others = [None, *(each for each in offered if each is not chosen)]
        self.other.clear()
        titles = [title(self._segmenting, entry, each) for each in self._others if each is not None]
        self.other.addItems([tr("No comparison"), *(tr("With {name}").format(name=name) for name in titles)])
        self.other.setVisible(len(offered) > 1)
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addTopLevelItems([_item(label, segment) for label, segment in enumerate(chosen.segments, start=1)])
        self.list.blockSignals(False)
        self._follow()

    def _follow(self) -> None:
        chosen, segmenting = self._chosen, self._segmenting
        if chosen is None or self.list.topLevelItemCount() != len(chosen.segments):
            return
        hidden, dice = segmenting.hidden(chosen), self._follow_comparison()
        self.list.blockSignals(True)
        self.opacity.blockSignals(True)
        for label in range(1, len(chosen.segments) + 1):
            item = self.list.topLevelItem(label - 1)
            wanted = Qt.CheckState.Unchecked if label in hidden else Qt.CheckState.Checked
            if item is not None and item.checkState(0) != wanted:
                item.setCheckState(0, wanted)
                _show_state(item, chosen.segments[label - 1], shown=label not in hidden)
            if item is not None:
                item.setText(2, dice.get(label, ""))
        current = self.list.topLevelItem(segmenting.segment - 1) if segmenting.segment else None
        self.list.setCurrentItem(current)
        self.opacity.setValue(segmenting.opacity)
        self.list.blockSignals(False)
        self.opacity.blockSignals(False)

    def _follow_comparison(self) -> dict[int, str]:
        """The texts of Dice by label; none without a comparison."""
        comparing = self._segmenting.comparing
        other = comparing.other(self._viewing.entry)
        self.other.setCurrentIndex(self._others.index(other) if other in self._others else 0)
        self.beside.setVisible(other is not None)
        self.beside.setChecked(comparing.how is Comparison.BESIDE)
        self.list.setColumnHidden(2, other is None)
        self.list.setHeaderHidden(other is None)
        return {label: f"{value:.3f}" for label, value in comparing.dice.items()} if other is not None else {}

    # What the reader does

    def _compare(self, number: int) -> None:
        self._segmenting.comparing.compare(self._viewing.entry, self._others[number])

    def _turn_beside(self) -> None:
        comparing = self._segmenting.comparing
        beside = comparing.how is Comparison.BESIDE
        comparing.show(Comparison.DIFFERENCE if beside else Comparison.BESIDE)

    def _choose(self, number: int) -> None:
        entry = self._viewing.entry
        self._segmenting.choose(entry, self._segmenting.offered(entry)[number])

    def _changed(self, item: QTreeWidgetItem, _column: int) -> None:
        if self._chosen is not None:
            label, shown = self.list.indexOfTopLevelItem(item) + 1, item.checkState(0) == Qt.CheckState.Checked
            self._segmenting.show_segment(self._chosen, label, shown=shown)

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        """A click on a name goes there; one on the box has done its work already."""
        chosen, label = self._chosen, self.list.indexOfTopLevelItem(item) + 1
        if chosen is not None and not self.list.on_box(item, column):
            self._segmenting.go_to(chosen, label)

    def _show_all(self, *, shown: bool) -> None:
        if self._chosen is not None:
            self._segmenting.show_all(self._chosen, shown=shown)

    def _show_only(self) -> None:
        if self._chosen is not None and self._segmenting.segment:
            self._segmenting.show_only(self._chosen, self._segmenting.segment)


class _SegmentList(QTreeWidget):
    """Rows of a box, a colour, a name and a volume."""

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(3)
        self.setHeaderLabels([tr("Segments"), tr("Volume"), tr("Dice")])
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(_SWATCH, _SWATCH))
        self.setAccessibleName(tr("Segments"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setStyleSheet(_STYLE)
        header = self.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            for column in (1, 2):
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)

    def on_box(self, item: QTreeWidgetItem, column: int) -> bool:
        """Whether the pointer is on the box of a row, left of its colour."""
        port = self.viewport()
        if column != 0 or port is None:
            return False
        return port.mapFromGlobal(self.cursor().pos()).x() < self.visualItemRect(item).left() + 24


def _item(label: int, segment: Segment) -> QTreeWidgetItem:
    item = QTreeWidgetItem([segment.label, volume(segment)])
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(0, Qt.CheckState.Checked)
    item.setTextAlignment(1, _RIGHT)
    item.setTextAlignment(2, _RIGHT)
    item.setToolTip(0, f"{segment.label} [{segment.number}]")
    item.setData(0, Qt.ItemDataRole.UserRole, label)
    _show_state(item, segment, shown=True)
    if segment.first_slice is None:
        item.setToolTip(0, tr("{name}: no voxel").format(name=segment.label))
    return item


def _show_state(item: QTreeWidgetItem, segment: Segment, *, shown: bool) -> None:
    """What is hidden has an empty colour and a faint name; so has what has no voxel."""
    item.setIcon(0, QIcon(_swatch(segment.colour, filled=shown)))
    faint = not shown or segment.first_slice is None
    for column in (0, 1):
        item.setForeground(column, theme.MUTED if faint else theme.TEXT)


def _swatch(colour: str, *, filled: bool) -> QPixmap:
    made = QPixmap(_SWATCH, _SWATCH)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 2))
    painter.setBrush(QColor(colour) if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(1, 1, _SWATCH - 2, _SWATCH - 2), 3, 3)
    painter.end()
    return made
