"""The style of the form's fields."""

from viewer.ui.look import theme

STYLE = f"""
QPlainTextEdit, QLineEdit {{ background: {theme.BACKGROUND.name()}; color: {theme.TEXT.name()};
  border: 1px solid {theme.LINE.name()}; border-radius: 5px; padding: 5px; }}
QPlainTextEdit:focus, QLineEdit:focus {{ border: 1px solid {theme.ACCENT.name()}; }}
QPlainTextEdit:disabled, QLineEdit:disabled {{ color: {theme.MUTED.name()}; }}
QRadioButton, QCheckBox {{ color: {theme.TEXT.name()}; spacing: 7px; padding: 2px; }}
QRadioButton:disabled, QCheckBox:disabled {{ color: {theme.MUTED.name()}; }}
QRadioButton:focus, QCheckBox:focus {{ color: {theme.ACCENT.name()}; }}
QRadioButton::indicator, QCheckBox::indicator {{ width: 14px; height: 14px; border: 1px solid {theme.MUTED.name()};
  background: {theme.BACKGROUND.name()}; }}
QRadioButton::indicator:focus, QCheckBox::indicator:focus {{ border: 2px solid {theme.ACCENT.name()}; }}
QRadioButton::indicator {{ border-radius: 8px; }}
QCheckBox::indicator {{ border-radius: 3px; }}
QRadioButton::indicator:checked, QCheckBox::indicator:checked {{ background: {theme.ACCENT.name()};
  border: 1px solid {theme.ACCENT.name()}; }}
QRadioButton::indicator:checked:disabled, QCheckBox::indicator:checked:disabled {{ background: {theme.MUTED.name()};
  border: 1px solid {theme.MUTED.name()}; }}
QSlider {{ background: transparent; min-height: 24px; }}
QSlider::groove:horizontal {{ height: 4px; background: {theme.LINE.name()}; border-radius: 2px; }}
QSlider::groove:horizontal:focus {{ background: {theme.MUTED.name()}; }}
QSlider::handle:horizontal {{ background: {theme.ACCENT.name()}; border: 2px solid {theme.ACCENT.name()}; width: 12px;
  margin: -7px 0; border-radius: 8px; }}
QSlider::handle:horizontal:disabled {{ background: {theme.MUTED.name()}; border-color: {theme.MUTED.name()}; }}
QSlider[unset="true"]::handle:horizontal {{ background: transparent; border: 2px solid transparent; }}
QSlider:focus {{ border: 1px solid {theme.ACCENT.name()}; border-radius: 5px; }}
QComboBox {{ background: {theme.RAISED.name()}; color: {theme.TEXT.name()}; border: 1px solid {theme.LINE.name()};
  border-radius: 5px; padding: 5px 9px; }}
QComboBox:focus {{ border: 1px solid {theme.ACCENT.name()}; }}
QComboBox QAbstractItemView {{ background: {theme.RAISED.name()}; color: {theme.TEXT.name()};
  selection-background-color: #1d3f4c; }}
QPushButton {{ padding: 8px 12px; }}
QPushButton#back {{ padding: 0; border: 0; background: transparent; color: {theme.MUTED.name()}; font-size: 18px; }}
QPushButton:disabled {{ color: {theme.MUTED.name()}; }}
"""
