"""`python -m fitcli` and the console script `fitcli` start here."""


def main() -> None:
    from fitcli.cli import run

    run()


if __name__ == "__main__":
    main()
