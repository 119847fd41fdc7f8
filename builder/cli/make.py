"""The commands that prepare a build: sample scans, and viewers beforehand."""

from pathlib import Path

import click

from builder.cli.grouped import NO_PROGRESS, command_line
from builder.cli.progress import Screen
from builder.cli.reports.words import count, platform_name
from builder.freeze import PLATFORMS, export, make_pack, sign_pack
from bundle.errors import EXIT_DONE, BundleError


@click.command("demo")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@NO_PROGRESS
def demo_command(folder: Path, no_progress: bool) -> int:
    """Write sample scans of three invented people into FOLDER, for a trial."""
    from builder.demo import write_demo

    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty. Name an empty folder, or one that does not exist yet.")
    with Screen(bars=not no_progress) as screen:
        files = write_demo(folder, progress=screen.step("Writing sample scans"))
    click.echo(f"{count(len(files), 'file')} in {folder}. Now build a bundle from them:")
    click.echo(f"  {command_line('mkbundle', folder, 'DRIVE')}")
    return EXIT_DONE


@click.command("freeze")
@click.option("--platform", "platforms", multiple=True, type=click.Choice(PLATFORMS), help="Default: every one.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Also copy the viewers into a folder.")
@click.option("--sign", "signing", metavar="COMMAND", help="Sign viewer.exe: {} is its path, {out} a new file.")
def freeze_command(platforms: tuple[str, ...], output: Path | None, signing: str | None) -> int:
    """Make the viewers and keep them, so that the next build finds them ready."""
    errors = []
    with Screen(bars=False) as screen:
        for platform in platforms or PLATFORMS:
            try:
                pack = make_pack(platform, say=screen.say)
                if signing is not None:
                    sign_pack(pack, signing)
            except BundleError as error:
                errors.append(error)
                click.echo(f"No viewer for {platform_name(platform)}: {error}", err=True)
                continue
            click.echo(f"Viewer for {platform_name(platform)}: {pack.folder}")
            if output is not None:
                click.echo(f"  copied to {export(pack, output)}")
    return errors[0].exit_code if errors else EXIT_DONE
