"""Finds out what a source's database is, and refuses what cannot be read."""

from __future__ import annotations

from connector.extract import Layout
from connector.ils import slims
from connector.settings import SourceSettings
from connector.source import Shape, Source
from crm.errors import SourceSchemaMismatch
from crm.i18n import N_

KNOWN = (
    ("SLiMS", {"member", "biblio", "loan"}),
    ("Koha", {"borrowers", "biblioitems"}),
    ("Sapa", {"ils_patron", "sync_bucket"}),
    ("INLISLite", {"members", "catalogs", "collections"}),
    ("WordPress", {"wp_posts"}),
    ("Moodle", {"mdl_course"}),
    ("Omeka", {"omeka_items"}),
    ("OJS", {"journals", "submissions"}),
    ("DSpace", {"metadatavalue"}),
)

SOME_TABLES = 4


def require_readable(settings: SourceSettings) -> None:
    """Raise SourceSchemaMismatch where the configuration names an ILS that Sapa cannot read."""
    if settings.ils != slims.NAME:
        raise SourceSchemaMismatch(
            N_("Sapa cannot read {ils} yet."), N_('Set ils = "slims" for source {source}.'),
            ils=settings.ils, source=settings.name,
        )  # fmt: skip


def layout_of(source: Source) -> Layout:
    """Return the layout of an open source; raises SourceSchemaMismatch that says what it looks like instead."""
    settings, shape = source.settings, source.shape
    require_readable(settings)
    missing = slims.missing(shape)
    if not missing:
        return slims.layout(source)
    if not shape:
        raise SourceSchemaMismatch(
            N_("The database of source {source} shows no tables to this account."),
            N_("Grant the rights that `sapa doctor --grants` prints, or correct the database's name."),
            source=settings.name,
        )
    looks = looks_like(shape)
    if looks != "SLiMS":
        raise SourceSchemaMismatch(
            N_("The database of source {source} is not SLiMS; it looks like {looks}."),
            N_("Correct database_url; SLiMS's own config/database.php names its database."),
            source=settings.name,
            looks=looks,
        )
    raise SourceSchemaMismatch(
        N_("Source {source} lacks what Sapa needs: {missing} (not there or not granted)."),
        N_("Grant the rights that `sapa doctor --grants` prints, or update SLiMS to 8.3 or later."),
        source=settings.name,
        missing=", ".join(missing[:8]) + (" …" if len(missing) > 8 else ""),
    )


def looks_like(shape: Shape) -> str:
    """Return the name of the software whose tables these are, or some of the tables' names."""
    for name, tables in KNOWN:
        if tables <= set(shape):
            return name
    seen = slims.REQUIRED.keys() & shape.keys()
    if len(seen) >= min(SOME_TABLES, len(shape)):  # not all is granted, or a table is gone
        return "SLiMS"
    some = sorted(shape)[:4]
    return ", ".join(some) + (", …" if len(shape) > 4 else "")
