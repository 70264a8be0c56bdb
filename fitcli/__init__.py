"""fitcli: a folder of images and a page of YAML in; a fitted classifier out; every derivative verified."""

__version__ = "0.1.0"
