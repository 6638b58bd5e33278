"""Invite codes: how they are drawn, and which texts are read as one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals import invite_codes

CYRILLIC = str.maketrans("ABE3KMHPCTYX", "АВЕЗКМНРСТУХ")
FULL_WIDTH = {ord(symbol): ord(symbol) + 0xFEE0 for symbol in invite_codes.ALPHABET}

any_code = st.text(invite_codes.ALPHABET, min_size=6, max_size=7).filter(
    lambda text: bool(invite_codes.CODE.fullmatch(text))
)
thoroughly = settings(max_examples=100, deadline=None)


def test_the_alphabet_has_nothing_that_could_be_misread() -> None:
    assert len(invite_codes.ALPHABET) == len(set(invite_codes.ALPHABET)) == 30
    assert not set("0O1ILU") & set(invite_codes.ALPHABET)


@pytest.mark.parametrize("length", [invite_codes.LENGTH, invite_codes.LONGER_LENGTH])
def test_a_drawn_code_has_a_digit_and_a_letter_and_reads_as_itself(length: int) -> None:
    for code in (invite_codes.draw(length) for _ in range(1_000)):
        assert len(code) == length
        assert set(code) & set(invite_codes.DIGITS)
        assert set(code) & set(invite_codes.LETTERS)
        assert invite_codes.normalise(code) == code


def test_six_symbols_are_drawn_at_first_and_seven_later() -> None:
    assert (len(invite_codes.draw()), invite_codes.LENGTH, invite_codes.LONGER_LENGTH) == (6, 6, 7)


def test_draws_differ() -> None:
    assert len({invite_codes.draw() for _ in range(1_000)}) > 990


@thoroughly
@given(any_code)
def test_a_code_is_read_in_every_spelling(code: str) -> None:
    spellings = [
        code,
        code.lower(),
        code.title(),
        f"  {code}\n",
        "-".join(code),
        " – ".join(code),
        f"{code[:3]}\u00a0{code[3:]}",
        f"{code[:3]}_{code[3:]}",
        code.translate(FULL_WIDTH),
        code.translate(FULL_WIDTH).lower(),
        code.translate(CYRILLIC),
        code.translate(CYRILLIC).lower(),
    ]
    assert {invite_codes.normalise(spelling) for spelling in spellings} == {code}


@thoroughly
@given(
    any_code,
    st.sampled_from(["http://127.0.0.1:8000", "https://example.com", "HTTPS://EXAMPLE.COM"]),
    st.sampled_from(["", "/", "/?utm_source=sms&x=1", "?x=/i/ZZZ222/", "/#top", "/?q=1#top"]),
)
def test_a_code_is_read_from_its_link(code: str, site: str, ending: str) -> None:
    assert invite_codes.normalise(f" {site}/i/{code}{ending} ") == code
    assert invite_codes.normalise(f"{site}/i/{code.lower()}{ending}") == code


@thoroughly
@given(st.text() | st.text("AaBb23 -–_\u00a0АаВвЗз０２Ａａ/i:", max_size=12))
def test_reading_twice_reads_the_same(text: str) -> None:
    code = invite_codes.normalise(text)
    assert code is None or (
        invite_codes.CODE.fullmatch(code) and invite_codes.normalise(code) == code
    )


@pytest.mark.parametrize("impossible", [*"01OILUoiluО０!?*.,;ЖЮ中é€🙂\x00\x1b\ud800"], ids=ascii)
def test_a_character_that_no_code_has_is_refused(impossible: str) -> None:
    assert invite_codes.normalise(f"A2B3C{impossible}") is None
    assert invite_codes.normalise(f"A2B3C4{impossible}") is None


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "A2", "A2B3C", "A2B3C4D5", "A2B3C4" * 2),
        *("ABCDEF", "ABCDEFG", "234567", "2345678"),
        "A2B3C4" + " " * 100_000,
        "A" * 100_000,
        "ﷺ" * 100_000,
        "http://127.0.0.1:8000/i/",
        "http://127.0.0.1:8000/i/ABCDEF/",
        "http://127.0.0.1:8000/x/A2B3C4/",
        "http://127.0.0.1:8000/i/A2B3C4/x/",
        "http://127.0.0.1:8000/i/A2B3C4/ join us",
        "ftp://127.0.0.1:8000/i/A2B3C4/",
        "http:///i/A2B3C4/",
        "javascript:A2B3C4",
    ],
    ids=lambda text: text[:40],
)
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    assert invite_codes.normalise(text) is None


def test_a_long_link_is_read() -> None:
    assert invite_codes.normalise(f"https://example.com/i/A2B3C4/?utm={'x' * 400}") == "A2B3C4"
