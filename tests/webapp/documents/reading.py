"""What stands in a PDF, read back from its bytes."""

from io import BytesIO

from pypdf import PdfReader


def text_of(pdf: bytes) -> str:
    """The words of all pages, whatever lines they stand in."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)
