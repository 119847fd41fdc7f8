"""Everything that a build makes: one bundle or several, and images of discs."""

from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from builder.drive.disc_image import check_image, write_image
from builder.pipeline.build import build
from builder.pipeline.outcome import BuildOptions, Outcome
from builder.pipeline.span import build_media
from builder.plan import Talk


def check_media(image: Path | None, options: BuildOptions) -> None:
    """Before anything is read: raises ImageExists, ImageOnDrive."""
    for place in () if image is None else (image, *image.parent.glob(f"{image.stem}-MEDIUM*{image.suffix}")):
        if not options.resume:
            check_image(place, options.drive)


def build_wanted(
    options: BuildOptions, span: int | None, image: Path | None, executor: Executor, talk: Talk
) -> Outcome:
    """One bundle or several, each with its image of a disc on request."""
    outcome = build(options, executor, talk) if span is None else build_media(options, span, executor, talk)
    return with_images(outcome, options, image, talk)


def with_images(outcome: Outcome, options: BuildOptions, image: Path | None, talk: Talk) -> Outcome:
    """The same, after the image of each medium was written, if one is wanted."""
    if image is None or options.dry_run:
        return outcome
    media = list(dict.fromkeys(case.medium for case in outcome.media)) or [""]
    return replace(outcome, images=[_image_of(options, medium, image, talk) for medium in media])


def _image_of(options: BuildOptions, medium: str, image: Path, talk: Talk) -> Path:
    place = image if not medium else image.with_stem(f"{image.stem}-{medium}")
    if not (options.resume and place.exists()):  # an image appears only when it is complete
        check_image(place, options.drive)
        write_image(options.drive / medium, place, talk.step(f"Writing {place.name}"))
    return place
