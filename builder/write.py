"""Writes one instance: cleans its header, puts the native pixels behind it, and reads back what was written."""

from collections.abc import Callable
from pathlib import Path
import struct
import warnings

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import correct_ambiguous_vr, write_dataset, write_file_meta_info
from pydicom.uid import UID, ExplicitVRLittleEndian

from builder import source
from builder.pixels import PixelFormat, native_pixels, pixel_format, settle_unused_bits
from builder.plan import Reason, SkippedFile, WriteJob, WrittenInstance, is_count
from builder.readback import read_written
from builder.source import NotTaken

Cleaner = Callable[[Dataset, WriteJob], Dataset]

# PS3.10 7.1: which implementation wrote the file; a UUID made once for this program (PS3.5 B.2).
IMPLEMENTATION_CLASS_UID = "2.25.47823599865984885600318451851061770740"
IMPLEMENTATION_VERSION_NAME = "MKBUNDLE_1"
_PREAMBLE = bytes(128)
# LUT and real world value attributes that would have to be applied to the stored values and are not carried over.
_UNSUPPORTED = ("ModalityLUTSequence", "FloatPixelData", "DoubleFloatPixelData")


def write_instance(job: WriteJob, cleaner: Cleaner) -> WrittenInstance | SkippedFile:
    """Write the file that `job` describes; raises OSError only where the target fails.

    Returns a record made from the written bytes, or why the source could not be taken after all.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header, body = encode(job, cleaner)
    except NotTaken as refusal:
        return SkippedFile(job.source, refusal.reason, refusal.detail)
    except Exception as error:  # one odd file must not end the run; the error may quote it, so it stays off the medium
        return SkippedFile(job.source, Reason.UNREADABLE, f"{type(error).__name__}: {error}")
    _write(job.target, header, body)
    return read_written(job.relative_path, header, body)


def encode(job: WriteJob, cleaner: Cleaner) -> tuple[bytes, bytes]:
    """The bytes before the pixels and the pixels (padded to even length) of the new file; raises NotTaken."""
    dataset = source.read_whole(job.source)
    if job.source.stat().st_size != job.size:
        raise NotTaken(Reason.VANISHED)
    if any(keyword in dataset for keyword in _UNSUPPORTED):
        raise NotTaken(Reason.ODD_PIXELS, "needs a modality LUT or holds floating point pixels")
    form = pixel_format(dataset)
    form, pixels = settle_unused_bits(dataset, form, native_pixels(dataset, form))
    correct_ambiguous_vr(dataset, is_little_endian=True)
    kept = cleaner(dataset, job)
    kept.SOPClassUID = source.sop_class(dataset)
    kept.Modality = source.MODALITY[kept.SOPClassUID]
    kept.InstanceNumber = _integer_string(dataset, "InstanceNumber", job.number)
    # One number for the whole series, even where its files disagree: they lie in one directory record.
    kept.SeriesNumber = str(job.series_number)
    _describe_pixels(kept, form)
    return _header(kept, form, len(pixels)), pixels + b"\0" * (len(pixels) % 2)


def _integer_string(dataset: Dataset, keyword: str, otherwise: int) -> str:
    value = source.number(dataset, keyword)
    return str(value if value is not None and is_count(value) else otherwise)


def _describe_pixels(kept: Dataset, form: PixelFormat) -> None:
    kept.SamplesPerPixel = 1
    kept.PhotometricInterpretation = form.photometric_interpretation
    kept.Rows, kept.Columns = form.rows, form.columns
    kept.BitsAllocated, kept.BitsStored, kept.HighBit = form.bits_allocated, form.bits_stored, form.bits_stored - 1
    kept.PixelRepresentation = form.pixel_representation
    if form.frames > 1 or "NumberOfFrames" in kept:
        kept.NumberOfFrames = form.frames


def _header(kept: Dataset, form: PixelFormat, length: int) -> bytes:
    """Preamble, prefix, new file meta (PS3.10 7.1), the data set, and the head of the Pixel Data element."""
    buffer = DicomBytesIO()
    buffer.is_little_endian, buffer.is_implicit_VR = True, False
    buffer.write(_PREAMBLE + b"DICM")
    write_file_meta_info(buffer, _file_meta(kept))
    write_dataset(buffer, kept)
    # PS3.5 A.2: native pixel data of more than eight bits are OW; of eight bits they may be OB.
    vr = b"OB" if form.bits_allocated == 8 else b"OW"
    buffer.write(struct.pack("<HH2sHL", 0x7FE0, 0x0010, vr, 0, length + length % 2))
    return buffer.getvalue()


def _file_meta(kept: Dataset) -> FileMetaDataset:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = kept.SOPClassUID
    meta.MediaStorageSOPInstanceUID = kept.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(IMPLEMENTATION_CLASS_UID)
    meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    return meta


def _write(target: Path, header: bytes, body: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        stream.write(header)
        stream.write(body)
