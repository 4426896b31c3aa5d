"""The project file: one GeoPackage, written in transactions, with its whole history inside."""

from layers.store.blobs import Blob, blob_of
from layers.store.creation import copy_project, create_project
from layers.store.journal import JournalEntry
from layers.store.share import share_project
from layers.store.store import Store

__all__ = ["Blob", "JournalEntry", "Store", "blob_of", "copy_project", "create_project", "share_project"]
