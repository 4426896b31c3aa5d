"""KML for phones: one placemark a row, every value as text that shows and never runs."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from layers.exchange.writing import Job, xml_words


def write(job: Job) -> None:
    """Write a Document with one Folder."""
    shapes = [None] * len(job.rows) if job.shapes is None else list(job.shapes)
    with job.file.open("w", encoding="utf-8", newline="\n") as file:
        file.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
            f"<name>{_text(job.title)}</name>\n"
        )
        for row, shape in zip(job.rows, shapes, strict=True):
            name = row[job.label] if job.label >= 0 and row[job.label] is not None else ""
            file.write(f"<Placemark><name>{_text(name)}</name><ExtendedData>")
            for heading, value in zip(job.headings, row, strict=True):
                if value is not None:
                    file.write(
                        f"<Data name={quoteattr(xml_words(heading))}><value>{_text(value)}</value></Data>"
                    )
            file.write(f"</ExtendedData>{'' if shape is None else ''.join(_shape(shape))}</Placemark>\n")
        file.write("</Document></kml>\n")


def _shape(shape: object) -> Iterator[str]:
    kind = shape.geom_type  # type: ignore[attr-defined]
    if kind.startswith("Multi"):
        yield "<MultiGeometry>"
        for part in shape.geoms:  # type: ignore[attr-defined]
            yield from _shape(part)
        yield "</MultiGeometry>"
    elif kind == "Polygon":
        outer = _points(shape.exterior)  # type: ignore[attr-defined]
        yield f"<Polygon><outerBoundaryIs><LinearRing>{outer}</LinearRing></outerBoundaryIs>"
        for ring in shape.interiors:  # type: ignore[attr-defined]
            yield f"<innerBoundaryIs><LinearRing>{_points(ring)}</LinearRing></innerBoundaryIs>"
        yield "</Polygon>"
    else:
        yield f"<{kind}>{_points(shape)}</{kind}>"


def _points(line: object) -> str:
    pairs = " ".join(f"{x:.9f},{y:.9f}" for x, y in line.coords)  # type: ignore[attr-defined]
    return f"<coordinates>{pairs}</coordinates>"


def _text(value: object) -> str:
    return escape(xml_words(value))
