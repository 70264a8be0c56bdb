"""`fitcli data`: look at images before training on them."""

import click

from fitcli.cli.commands import commands_of


@click.group(cls=commands_of(__name__))
def command() -> None:
    """Look at images before training on them.

    \b
    fitcli data check photos/               what cannot be read, is odd or there twice
    fitcli data show configs/cats_dogs.yaml what the model really sees, as a picture
    """
