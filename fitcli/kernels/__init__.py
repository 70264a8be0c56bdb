"""Compiled loops over arrays: the floor that everything stands on."""
