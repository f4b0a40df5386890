"""Spares the garbage collector what lives as long as the process: modules, classes, compiled models."""

import gc

YOUNG_OBJECTS = 50_000  # before they are looked through: some batches of events, which leave nothing behind


def set_lasting_objects_aside() -> None:
    """Call once all is imported and built.

    Each full collection would walk some hundred thousand objects that never become garbage; measured, that
    is a third of the time that reading an event takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
