"""PDF files made by hand, object by object, as ISO 32000-1 describes them."""

from __future__ import annotations

from collections.abc import Sequence

FONT = b"""<< /Type /Font /Subtype /Type0 /BaseFont /HYSMyeongJo-Medium /Encoding /UniKS-UCS2-H
/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HYSMyeongJo-Medium
/CIDSystemInfo << /Registry (Adobe) /Ordering (Korea1) /Supplement 1 >> /FontDescriptor
<< /Type /FontDescriptor /FontName /HYSMyeongJo-Medium /Flags 6 /ItalicAngle 0 /Ascent 880
/Descent -120 /CapHeight 880 /StemV 93 /FontBBox [0 -120 1000 880] >> >>] >>"""
"""A font that every reader of PDF knows, for Latin and Korean."""

LOCKED = (
    b"/ID [(0123456789abcdef) (0123456789abcdef)] /Encrypt << /Filter /Standard /V 1 /R 2"
    b" /P -4 /O (0123456789abcdef0123456789abcdef) /U (0123456789abcdef0123456789abcdef) >>"
)
"""What the trailer of an encrypted file holds, whose password nobody knows."""

Line = tuple[int, int, str]
"""How far below the line before (the first: from the top), the letters' size, the text."""


def lines(*texts: str, step: int = 15, size: int = 12) -> list[Line]:
    """Lines at even distances."""
    return [(step, size, text) for text in texts]


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def from_objects(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, numbered from 1; the first is the catalog."""
    data = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, b"".join(places))
    end = b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n"
    return data + table + end % (size, trailer, len(data))


def from_pages(*pages: Sequence[Line], title: str | None = None, trailer: bytes = b"") -> bytes:
    """A file of pages of text."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", FONT]
    kids = []
    for page in pages:
        shown, y = b"", 800
        for step, size, text in page:
            y -= step
            hexadecimal = text.encode("utf-16-be").hex().encode()
            shown += b"BT /F %d Tf 50 %d Td <%s> Tj ET\n" % (size, y, hexadecimal)
        objects.append(stream(shown))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    if title is not None:
        objects.append(b"<< /Title <feff%s> >>" % title.encode("utf-16-be").hex().encode())
        trailer += b" /Info %d 0 R" % len(objects)
    return from_objects(objects, trailer)


def endless() -> bytes:
    """A page of some kilobytes that shows ten to the power of fifteen letters."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << %s >>"
    deeper = [
        stream(b"/X Do " * 10, form % (b"/XObject << /X %d 0 R >>" % number))
        for number in range(6, 21)
    ]
    letter = stream(b"BT /F 12 Tf 50 700 Td <0061> Tj ET", form % b"/Font << /F 3 0 R >>")
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
        b" /Resources << /XObject << /X 6 0 R >> >> >>"
    )
    tree = b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>"
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    # The object 5 is the page's content, 6 the first form.
    return from_objects([catalog, tree, FONT, page, stream(b"/X Do"), *deeper, letter])
