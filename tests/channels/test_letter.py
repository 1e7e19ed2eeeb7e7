"""What a letter looks like to whoever opens it, and what cannot be put into it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from services.publisher.channels.mail.letter import Heading, letter
from services.publisher.ports import Parcel
from tests.channels.builders import parcel, picture_file

HEADING = Heading("press@region.example", "Region Sölviken")


def opened(sent: Parcel, **heading: Any) -> EmailMessage:
    given = {"sender": HEADING.sender, "name": HEADING.name, **heading}
    read = message_from_bytes(letter(sent, Heading(**given)), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def body(read: EmailMessage, kind: str) -> str:
    found = read.get_body((kind,))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def test_it_says_from_whom_and_about_what() -> None:
    read = opened(parcel("Öppet till 21.", title="Vårdcentralen i Söder har öppet längre"))
    assert read["Subject"] == "Vårdcentralen i Söder har öppet längre"
    assert str(read["From"]) == "Region Sölviken <press@region.example>"
    assert read["Content-Language"] == "sv"
    assert read["List-Unsubscribe"] is None


def test_without_a_title_its_first_words_are_its_subject() -> None:
    assert opened(parcel("Öppet till 21.\n\nVälkommen!"))["Subject"] == "Öppet till 21. Välkommen!"


def test_a_list_has_an_address_and_a_way_out() -> None:
    way = "mailto:sluta@region.example"
    read = opened(parcel(), to="press@listor.region.example", unsubscribe=way)
    assert read["To"] == "press@listor.region.example"
    assert read["List-Unsubscribe"] == f"<{way}>"


def test_a_title_makes_no_header_of_its_own() -> None:
    read = opened(parcel("Hej", title="Nytt\r\nBcc: alla@evil.example\r\n\r\n<h1>Ny text</h1>"))
    assert read["Bcc"] is None
    assert read["Subject"] == "Nytt Bcc: alla@evil.example <h1>Ny text</h1>"
    assert "<h1>" not in body(read, "html")
    assert body(read, "plain") == "Hej\n"


def test_words_and_links_stand_in_both_forms() -> None:
    text = "Fråga <b>1177</b> & oss.\n\nVi svarar.\n.\n\x00"
    read = opened(parcel(text, link="https://a.example/b?c=1&d=2"))
    assert body(read, "plain") == (
        "Fråga <b>1177</b> & oss.\n\nVi svarar.\n.\n\n\nhttps://a.example/b?c=1&d=2\n"
    )
    page = body(read, "html")
    assert "<p>Fråga &lt;b&gt;1177&lt;/b&gt; &amp; oss.</p>" in page
    assert '<a href="https://a.example/b?c=1&amp;d=2">' in page
    assert '<html lang="sv">' in page


def test_pictures_are_inside_with_their_alt_texts() -> None:
    files = [picture_file("En dörr"), picture_file('En "bred" trappa', b"\x20\xc0\x20")]
    read = opened(parcel("Ny entré", *files))
    assert body(read, "plain") == 'Ny entré\n\n[En dörr]\n\n[En "bred" trappa]\n'
    page = body(read, "html")
    assert 'alt="En dörr"' in page
    assert 'alt="En &#34;bred&#34; trappa"' in page
    inside = [part for part in read.walk() if part.get_content_maintype() == "image"]
    assert [part.get_payload(decode=True) for part in inside] == [file.content for file in files]
    for part in inside:
        assert f'src="cid:{str(part["Content-ID"]).strip("<>")}"' in page
        assert part.get_content_disposition() == "inline"


def test_a_letter_is_seven_bits_on_the_way_and_its_lines_end_as_lines_do() -> None:
    written = letter(parcel("å" * 2000, picture_file()), HEADING)
    assert written.isascii()
    lines = written.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
