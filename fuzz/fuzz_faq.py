"""Fuzz the FAQ loader: any bytes give a document or an FAQError, never another exception or a crash.

pip install atheris && mkdir -p fuzz/corpus/faq
python fuzz/fuzz_faq.py -max_total_time=600 -max_len=4096 fuzz/corpus/faq
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from spasmcli.compile import compile_document
    from spasmcli.errors import FAQError
    from spasmcli.faqfile.check import document_of


def one(data: bytes) -> None:
    """Load *data* as an FAQ file, and compile it if it is one."""
    try:
        document = document_of(data, "fuzz.yaml")
    except FAQError:
        return
    compile_document(document).close()


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
