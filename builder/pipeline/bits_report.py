"""Says in the report what was done above Bits Stored, series by series."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from builder.plan import STORED_BITS, Notice, WrittenInstance
from bundle.images.alterations import is_of_stored_bits, split


def stored_bits_notices(written: Sequence[WrittenInstance], cases: Mapping[str, str]) -> list[Notice]:
    """One line for each series and each thing that was done in it; `cases` are the case numbers of the studies."""
    runs = groupby(written, lambda one: (one.study_instance_uid, one.series_instance_uid))
    return [notice for (study, _), run in runs for notice in _of_series(cases[study], [*run])]


def _of_series(case: str, series: Sequence[WrittenInstance]) -> list[Notice]:
    done = Counter(one for image in series for one in split(image.instance.altered) if is_of_stored_bits(one))
    place, of = f"{case}, series {series[0].series_number}", len(series)
    return [Notice(STORED_BITS, f"{place}: {count:,} of {of:,} images, {one}") for one, count in done.items()]
