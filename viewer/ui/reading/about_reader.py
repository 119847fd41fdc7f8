"""Asks the questions about the reader, once, before the first case."""

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from bundle.reading.questions import Question, Value, is_empty
from viewer.ui.look import theme
from viewer.ui.look.asking import answer_buttons, plain_label
from viewer.ui.reading.field import Field
from viewer.ui.reading.fields import anchors_text, make_plain_field
from viewer.ui.reading.style import STYLE
from viewer.words import tr


class AboutReader(QDialog):
    """Accepted once every question that needs an answer has one."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__()
        self._fields: list[tuple[Question, Field]] = []
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self.setWindowTitle(tr("DICOM viewer"))
        self.setStyleSheet(STYLE + f"QScrollArea, #about {{ background: {theme.PANEL.name()}; }}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(34, 30, 34, 26)
        layout.setSpacing(14)
        layout.addWidget(plain_label(tr("About you"), 22, bold=True))
        layout.addWidget(plain_label(tr("These questions are asked only once."), 13))
        layout.addWidget(self._asked(questions), 1)
        buttons, self._go_on = answer_buttons(self, tr("Continue"))
        layout.addWidget(buttons)
        self.setMinimumSize(560, 420)
        self._follow()

    def answers(self) -> list[tuple[Question, Value]]:
        """Every question with its answer; None where the reader gave none."""
        return [(question, field.value()) for question, field in self._fields]

    def _asked(self, questions: Sequence[Question]) -> QWidget:
        page, area = QWidget(), QScrollArea()
        page.setObjectName("about")
        layout = QVBoxLayout(page)
        layout.setSpacing(18)
        for question in questions:
            layout.addWidget(self._part(question))
        layout.addStretch(1)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        return area

    def _part(self, question: Question) -> QWidget:
        part, field = QWidget(), make_plain_field(question)
        field.changed.connect(self._follow)
        self._fields.append((question, field))
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        layout.addWidget(plain_label(f"{question.text}  *" if question.required else question.text, 15, bold=True))
        for hint in filter(None, (question.help, anchors_text(question))):
            layout.addWidget(plain_label(hint, 13))
        layout.addWidget(field)
        return part

    def accept(self) -> None:
        """Go on, unless an answer is missing: Enter in a field comes here, too."""
        if self._complete():
            super().accept()

    def _complete(self) -> bool:
        return not any(
            field.problem() or question.problem(field.value()) or (question.required and is_empty(field.value()))
            for question, field in self._fields
        )

    def _follow(self) -> None:
        if hasattr(self, "_go_on"):
            self._go_on.setEnabled(self._complete())
