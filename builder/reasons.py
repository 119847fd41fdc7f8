"""Why a file of the source is left out, in words for the researcher."""

from enum import Enum


class Reason(Enum):
    """Why a file was left out; the researcher reads the text."""

    NOT_DICOM = "not a DICOM file"
    NIFTI = "a NIfTI volume: only DICOM and label maps are taken"
    NRRD = "an NRRD volume: only DICOM and label maps are taken"
    VOLUME = "a volume of another format that is no label map"
    META_IMAGE = "a MetaImage volume: only DICOM is taken"
    OTHER_VOLUME = "a volume of another format (Analyze, MINC, MGH, ECAT, Interfile): only DICOM is taken"
    ARCHIVE = "an archive or disc image that was not read, or not whole: unpack it yourself"
    RAR = "a RAR archive, for which there is no free unpacker: unpack it yourself, or pack it as zip"
    PICTURE = "a photograph or drawing (JPEG, PNG, TIFF or GIF)"
    DOCUMENT = "a document (PDF or of an office program)"
    NO_FILE = "a pipe, socket or device, and no file"
    CLOSED_FOLDER = "a folder that cannot be opened"
    UNREADABLE = "cannot be read as DICOM"
    DIRECTORY = "directory of an old DICOM medium (its images are found by themselves)"
    NO_IMAGE = "holds no picture (no pixel data)"
    TRUNCATED = "the pixel data are cut short"
    NO_DECODER = "compressed in a way that cannot be decoded here"
    DECODING_FAILED = "the pixel data cannot be decoded"
    TOO_LARGE = "claims to be larger than any picture of a scanner"
    ODD_PIXELS = "stores its pixels in a way that cannot be carried over safely"
    SECONDARY_CAPTURE = "secondary capture or screen save: may show names in the picture"
    DOSE_REPORT = "a page of a dose report or of the patient's protocol: may show names in the picture"
    SCANNED = "a scanned document or film: may show names in the picture"
    COLOUR = "a colour picture: usually a screen save, may show names"
    BURNED_IN = "says that text is burned into the picture"
    TEXT_FOUND = "text was read in the picture"
    DECIDED = "left out by a line of --decide"
    PLANNED = "left out in the plan"
    NOT_PLANNED = "in a series that the plan does not list"
    EXCLUDED = "left out by --exclude"
    OTHER_KIND = "not of a kind that --modality names"
    LOCALIZER = "a localizer (--no-localizers)"
    TOO_FEW = "in a series of fewer slices than --min-slices"
    TOO_THICK = "in a series with thicker slices than --max-thickness"
    THICKNESS_UNKNOWN = "in a series that does not say how thick its slices are, with --max-thickness"
    REPORT = "a report, document or waveform: its text may identify the patient"
    SEGMENTATION = "a segmentation or radiotherapy object of a kind that is not supported yet"
    SEGMENTATION_ALONE = "a segmentation of images that are not taken"
    SEGMENTATION_UNFIT = "a segmentation that does not lie on the voxels of its images"
    SEGMENTATION_BROKEN = "a segmentation that contradicts itself or its images"
    SEGMENTATION_FACE = "a segmentation of faces or skin alone (--deface)"
    PRESENTATION = "a presentation state or other object without pictures of its own"
    OTHER_MODALITY = "not a CT, MR or PET image"
    UNKNOWN_KIND = "does not say what kind of object it is (no SOP Class UID)"
    SAME_AGAIN = "the same image again"
    OTHER_VERSION = "another version of an image that is on the drive already"
    VANISHED = "vanished or changed while the bundle was made"

    @property
    def doubtful(self) -> bool:
        """Whether the researcher should examine such a file: it is damaged, or may be wanted."""
        return self in _DOUBTFUL

    @property
    def unreadable(self) -> bool:
        """Whether the file is an image of its study that is missing because it could not be read."""
        return self in _UNREADABLE


_UNREADABLE = frozenset({
    Reason.UNREADABLE, Reason.TRUNCATED, Reason.NO_DECODER, Reason.DECODING_FAILED, Reason.TOO_LARGE, Reason.ODD_PIXELS,
    Reason.VANISHED,
})  # fmt: skip
_DOUBTFUL = frozenset({
    Reason.ARCHIVE, Reason.RAR, Reason.CLOSED_FOLDER, Reason.UNREADABLE, Reason.TRUNCATED, Reason.NO_DECODER,
    Reason.DECODING_FAILED, Reason.TOO_LARGE, Reason.ODD_PIXELS, Reason.BURNED_IN, Reason.TEXT_FOUND,
    Reason.UNKNOWN_KIND, Reason.OTHER_VERSION, Reason.VANISHED, Reason.THICKNESS_UNKNOWN, Reason.NOT_PLANNED,
    Reason.SEGMENTATION_UNFIT, Reason.SEGMENTATION_BROKEN,
})  # fmt: skip
