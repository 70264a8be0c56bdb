"""Options that several commands share."""

from __future__ import annotations

import click

set_option = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE",
    help="Replace a value of the spec, e.g. --set fit.optimizer.adam.lr=0.01. May be given many times.",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
threads_option = click.option(
    "--threads", type=click.IntRange(min=1), metavar="N", help="Threads to compute with. Default: one a core.",
)  # fmt: skip
