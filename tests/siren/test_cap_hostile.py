"""Bytes that want to harm us cost nothing and do nothing: they are refused, each with a code."""

import tracemalloc
from contextlib import suppress
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import Code
from services.publisher.siren.cap.tree import LIMIT
from services.publisher.siren.domain.refusals import Refusal
from tests.siren.strangers import INFO, message, read, refusal

BOMB = """<?xml version="1.0"?><!DOCTYPE alert [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><alert>&c;</alert>"""
FILE = '<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>'
REMOTE = '<!DOCTYPE alert SYSTEM "http://127.0.0.1:9/evil.dtd"><alert/>'
PARAMETER = '<!DOCTYPE alert [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><alert/>'


@pytest.mark.parametrize("document", [BOMB, FILE, REMOTE, PARAMETER, "<!DOCTYPE alert><alert/>"])
def test_a_document_type_is_refused_before_anything_of_it_is_read(document: str) -> None:
    assert refusal(document).code is Code.CAP_DOCTYPE


def test_an_entity_that_nobody_declared_is_refused() -> None:
    assert refusal(message(headline="&x;")).code is Code.CAP_UNREADABLE


def test_a_huge_message_is_refused_unread_and_costs_nothing() -> None:
    huge = b"<alert>" * 1_500_000
    tracemalloc.start()
    began = perf_counter()
    try:
        assert refusal(huge).code is Code.CAP_TOO_LARGE
        assert perf_counter() - began < 0.5
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "hostile",
    [
        message("<info>" * 100_000),
        message(between="<code>x</code>" * 60_000),
        message(between=f"<note>{'&#10;<![CDATA[x]]>' * 50_000}</note>"),
        message(f'<x{" a" * 1}="{"y" * 900_000}"/>'),
        message(INFO.replace("57.7,13.0 ", "57.7,13.0 " * 80_000)),
    ],
)
def test_what_fits_in_a_megabyte_is_done_with_in_a_moment(hostile: str) -> None:
    assert len(hostile) < LIMIT
    began = perf_counter()
    with suppress(Refusal):
        read(hostile)
    assert perf_counter() - began < 5


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\x00",
        b"PK\x03\x04",
        b'{"alerts": []}',
        message().encode()[:-5],
        message().encode() + b"<alert/>",
        message().encode("latin-1"),
        b'<?xml version="1.0" encoding="utf-7"?><alert/>',
        b'<?xml version="1.0" encoding="nonsense"?><alert/>',
        b'<?xml version="1.0" encoding="big5"?><alert/>',
        message(headline="\x0b").encode(),
    ],
)
def test_what_is_no_xml_is_refused(document: bytes) -> None:
    assert refusal(document).code in {Code.CAP_UNREADABLE, Code.CAP_NOT_ALERT}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_whatever_do_anything_but_be_refused(noise: bytes) -> None:
    refusal(noise)
    refusal(message("<info>").encode() + noise)
