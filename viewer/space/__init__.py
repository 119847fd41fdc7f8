"""Where things lie: planes and volumes in the patient, images on a pane; numbers only."""
