"""The tables of the index: the only place that defines the content of a row, for the writer and for every reader."""

# Column name -> Python type. sqlite-utils makes the tables from this; the order is the order on disc.
Columns = dict[str, type]

# The columns for the direction cosines of rows and columns (PS3.3 C.7.6.2.1.1).
COSINES = ("row_x", "row_y", "row_z", "column_x", "column_y", "column_z")

BUNDLE: Columns = {"key": str, "value": str}
PATIENT: Columns = {"id": int, "pseudonym": str}
STUDY: Columns = {
    "id": int, "patient_id": int, "case_number": str, "study_instance_uid": str, "study_date": str,
    "images_left_out": int, "images_not_chosen": int, "images_unreadable": int,
}  # fmt: skip
SERIES: Columns = {
    "id": int, "study_id": int, "series_instance_uid": str, "modality": str, "series_number": int,
    "description": str, "number_of_instances": int, "frame_of_reference_uid": str,
    "images_left_out": int, "images_masked": int, "images_undecided": int, "patient_weight": float,
    "injected_dose": float, "half_life": float, "injected": str, "decay_corrected_to": str,
}  # fmt: skip
INSTANCE: Columns = {
    "id": int, "series_id": int, "sop_instance_uid": str, "sop_class_uid": str, "path": str,
    "instance_number": int, "pixel_offset": int, "pixel_length": int, "file_size": int,
    "header_digest": str, "altered": str,
}  # fmt: skip
STACK: Columns = {
    "id": int, "series_id": int, "number_of_frames": int, "rows": int, "columns": int,
    "bits_allocated": int, "bits_stored": int, "pixel_representation": int,
    "photometric_interpretation": str, "pixel_padding_value": int,
    "row_spacing": float, "column_spacing": float,
    **dict.fromkeys(COSINES, float),
    "origin_x": float, "origin_y": float, "origin_z": float, "step_x": float, "step_y": float, "step_z": float,
    "spacing_between_slices": float, "tilt": float, "is_volume": int, "not_volume_reason": str, "notes": str,
    "window_center": float, "window_width": float, "preview_frame": int,
    "description": str, "units": str, "voi_lut_function": str, "slice_thickness": float,
    "acquired": str, "cardiac_phase": float, "respiratory_phase": float,
}  # fmt: skip
# Previews have a table of their own, so that listing the stacks does not read every picture.
PREVIEW: Columns = {"stack_id": int, "png": bytes}
FRAME: Columns = {
    "id": int, "stack_id": int, "position": int, "instance_id": int, "frame_index": int,
    "x": float, "y": float, "z": float, "rescale_slope": float, "rescale_intercept": float,
    "window_center": float, "window_width": float, "voi_lut_function": str,
    "pixel_padding_value": int, "pixel_padding_range_limit": int,
    # Only if the stack has no orientation, because its images differ in direction.
    **dict.fromkeys(COSINES, float),
}  # fmt: skip
# Columns that the first bundles of this version lack, and the values that a reader uses instead.
ADDED: dict[str, dict[str, object]] = {
    "study": {"images_left_out": 0, "images_not_chosen": 0, "images_unreadable": 0},
    "series": {
        "images_left_out": 0,
        "images_masked": 0,
        "images_undecided": 0,
        "patient_weight": None,
        "injected_dose": None,
        "half_life": None,
        "injected": "",
        "decay_corrected_to": "",
    },
    "instance": {"altered": ""},
    "segmentation": {"altered": ""},
    "stack": {
        "description": "",
        "units": "",
        "voi_lut_function": "LINEAR",
        "slice_thickness": None,
        "acquired": "",
        "cardiac_phase": None,
        "respiratory_phase": None,
    },
    "frame": {
        "voi_lut_function": "",
        "pixel_padding_value": None,
        "pixel_padding_range_limit": None,
        **dict.fromkeys(COSINES),
    },
}
# PS3.3 C.11.2.1.3; a frame without a function of its own has that of its stack.
VOI_LUT_FUNCTIONS = ("LINEAR", "LINEAR_EXACT", "SIGMOID")

# Only a check reads these: stored beside the instances they would slow down every start of a viewer.
DIGEST: Columns = {"instance_id": int, "sha256": str}

# A written segmentation: it is no row of `instance` and its series none of `series`, since it is not shown as an image.
SEGMENTATION: Columns = {
    "id": int, "stack_id": int, "sop_instance_uid": str, "sop_class_uid": str, "series_instance_uid": str,
    "series_number": int, "instance_number": int, "path": str, "pixel_offset": int, "pixel_length": int,
    "file_size": int, "header_digest": str, "sha256": str, "segmentation_type": str,
    "altered": str,
}  # fmt: skip
SEGMENT: Columns = {
    "id": int, "segmentation_id": int, "number": int, "label": str, "coding_scheme": str, "code": str,
    "code_meaning": str, "colour": str, "voxels": int, "volume_ml": float, "first_slice": int, "last_slice": int,
}  # fmt: skip

# Table -> (columns, primary key, foreign keys as (column, other table, other column)).
TABLES: dict[str, tuple[Columns, str, tuple[tuple[str, str, str], ...]]] = {
    "bundle": (BUNDLE, "key", ()),
    "patient": (PATIENT, "id", ()),
    "study": (STUDY, "id", (("patient_id", "patient", "id"),)),
    "series": (SERIES, "id", (("study_id", "study", "id"),)),
    "instance": (INSTANCE, "id", (("series_id", "series", "id"),)),
    "stack": (STACK, "id", (("series_id", "series", "id"),)),
    "preview": (PREVIEW, "stack_id", (("stack_id", "stack", "id"),)),
    "frame": (FRAME, "id", (("stack_id", "stack", "id"), ("instance_id", "instance", "id"))),
    "digest": (DIGEST, "instance_id", (("instance_id", "instance", "id"),)),
    "segmentation": (SEGMENTATION, "id", (("stack_id", "stack", "id"),)),
    "segment": (SEGMENT, "id", (("segmentation_id", "segmentation", "id"),)),
}
